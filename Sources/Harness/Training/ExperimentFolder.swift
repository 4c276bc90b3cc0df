import Diagnostics
import Foundation
import Upstreams

/// The folder of one experiment: checkpoints, scalars, log, predictions and
/// the task's own files.
final class ExperimentFolder {
  let path: String
  private let scalarPrefix: String
  private let logFile: AppendedFile
  private let scalars: AppendedFile
  /// The best value logged so far, by split and metric.
  private var best: [String: Double] = [:]

  /// - Parameter scalarPrefix: what scalars are called by, with the fold.
  init(path: String, scalarPrefix: String) throws {
    self.path = path
    self.scalarPrefix = scalarPrefix
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    } catch {
      throw UserError("cannot make the folder: \(error)", at: path)
    }
    logFile = try AppendedFile(path: path + "/log.log")
    scalars = try AppendedFile(path: path + "/scalars.jsonl")
  }

  /// Removes what an earlier, unfinished attempt has left.
  static func clear(_ path: String) {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: path)) ?? []
    where name != Experiment.fileName && name != "worker.log" {
      try? files.removeItem(atPath: path + "/" + name)
    }
  }

  func log(_ line: String) {
    logFile.append(line + "\n")
  }

  /// Keeps what the expert reported of `split` at `step`.
  func record(
    _ records: SplitRecords, split: String, step: Int, expert: Expert
  ) throws {
    for (name, value) in records.metrics {
      scalars.append(
        """
        {"name":"\(scalarPrefix)/\(split)-\(name)","step":\(step),\
        "value":\(Self.json(value))}\n
        """)
      log("\(split) at step \(step): \(name) \(value)")
      guard
        let metric = expert.description.metrics.first(where: {
          $0.name == name
        })
      else { continue }
      let key = split + "-" + name
      let isBetter =
        best[key].map { metric.higherIsBetter ? value > $0 : value < $0 }
        ?? true
      if isBetter {
        best[key] = value
        log("New best on \(split) at step \(step): \(name) \(value)")
      }
    }
    for file in records.files {
      try AtomicFile.write(file.bytes, to: path + "/" + file.name)
    }
    guard !records.predictions.isEmpty else { return }
    try writePredictions(records.predictions, split: split)
  }

  /// One JSON object a line, in the order of ids, so that the file does not
  /// depend on the order of the batches.
  private func writePredictions(
    _ predictions: [SplitRecords.Prediction], split: String
  ) throws {
    let folder = path + "/predictions"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes = Data()
    for prediction in predictions.sorted(by: { $0.id < $1.id }) {
      bytes += try encoder.encode(prediction)
      bytes.append(UInt8(ascii: "\n"))
    }
    try AtomicFile.write(bytes, to: "\(folder)/\(split).jsonl")
  }

  /// Removes the oldest `states-*.ckpt` until at most `count` are left.
  func rotateStates(keeping count: Int) throws {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let states = names.compactMap { name -> (Int, String)? in
      guard name.hasPrefix("states-"), name.hasSuffix(".ckpt"),
        let step = Int(name.dropFirst(7).dropLast(5))
      else { return nil }
      return (step, name)
    }
    for (_, name) in states.sorted(by: { $0.0 < $1.0 }).dropLast(count) {
      try FileManager.default.removeItem(atPath: path + "/" + name)
    }
  }

  private static func json(_ value: Double) -> String {
    value.isFinite ? "\(value)" : "null"
  }
}

/// A text file that lines are appended to, whole.
final class AppendedFile {
  private let descriptor: Int32

  init(path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw UserError("cannot write: \(posixReason())", at: path)
    }
  }

  deinit {
    close(descriptor)
  }

  func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      _ = write(descriptor, bytes.baseAddress, bytes.count)
    }
  }
}
