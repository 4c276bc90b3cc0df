import Configuration
import Diagnostics
import Files
import Foundation
import Records

/// The folder that s3prl's `run_downstream.py` has written to: what it was
/// asked for, and the figures in its log.
package struct S3prlFolder {
  package let path: String
  /// s3prl's names; nil where there is no `args_*.yaml`.
  package private(set) var upstream: String?
  package private(set) var downstream: String?
  package private(set) var seed: UInt64 = 1337
  /// The log's figures by split, in the order of steps.
  private var figures: [String: [Int: Double]] = [:]
  /// The steps that the log calls the best so far, by split.
  private var best: [String: Int] = [:]
  private let digest: String
  private let ended: Date

  /// - Throws: `UserError` if there is neither a log nor what was asked for.
  package init(_ path: String) throws {
    self.path = path
    let names = (try? names(inFolder: path)) ?? []
    let log = FileManager.default.contents(atPath: path + "/log.log")
    // Named by the time at which it was begun: the last one is the newest.
    let asked = names.filter {
      $0.hasPrefix("args_") && $0.hasSuffix(".yaml")
    }.sorted().last
    guard log != nil || asked != nil else {
      throw UserError(
        "this is no result of s3prl: it has neither log.log nor args_*.yaml",
        at: path, fix: "name the folder result/downstream/<expname>")
    }
    let hasher = DigestHasher()
    hasher.combine("superb.import.s3prl/1")
    hasher.combine(bytes: log ?? Data())
    if let asked {
      let file = path + "/" + asked
      hasher.combine(
        bytes: FileManager.default.contents(atPath: file) ?? Data())
      let args = try ConfigValue.yaml(file: file)
      upstream = try args.value(at: "upstream")?.string(at: "")
      downstream = try args.value(at: "downstream")?.string(at: "")
      seed = UInt64(try args.int(at: "seed", in: 0 ... .max, default: 1337))
    }
    digest = hasher.finish().hexadecimal
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: path + "/" + (log == nil ? asked ?? "" : "log.log"))
    ended = attributes?[.modificationDate] as? Date ?? .distantPast
    for line in String(decoding: log ?? Data(), as: UTF8.self).split(
      whereSeparator: \.isNewline)
    {
      read(line)
    }
  }

  /// `dev at step 200: 0.5`, `New best on dev at step 200: 0.5`.
  private mutating func read(_ line: Substring) {
    let sides = line.split(separator: " at step ")
    guard sides.count == 2 else { return }
    let numbers = sides[1].split(separator: ": ")
    guard numbers.count == 2, let step = Int(numbers[0]),
      let value = Double(numbers[1].trimmingCharacters(in: .whitespaces))
    else { return }
    if sides[0].hasPrefix("New best on ") {
      best[String(sides[0].dropFirst("New best on ".count))] = step
    } else {
      figures[String(sides[0]), default: [:]][step] = value
    }
  }

  /// The figure on a split at the step that was the best on dev, and that
  /// step; nil if the log has none.
  package func chosen(on split: String) -> (step: Int, value: Double)? {
    guard
      let step = best.filter({ $0.key.hasPrefix("dev") })
        .min(by: { $0.key < $1.key })?.value,
      let value = figures[split]?[step]
    else { return nil }
    return (step, value)
  }

  /// A result for the leaderboard, whose row says that it was imported.
  ///
  /// - Parameters:
  ///   - task: whose figure it is.
  ///   - upstream: a name for its row; s3prl's if nil.
  ///   - value: the figure, in the task's unit, where the log has none.
  /// - Throws: `UserError` if there is no figure or no name.
  package func result(
    of task: TaskDescription, upstream name: String? = nil,
    value: Double? = nil
  ) throws -> ExperimentResult {
    guard let declared = task.metrics.first, let split = task.testSplits.first
    else { throw InternalError("a task without figures") }
    guard let name = name ?? upstream else {
      throw UserError(
        "it does not say which upstream was measured", at: path,
        fix: "say --upstream")
    }
    let found = chosen(on: split)
    guard let value = value ?? found?.value else {
      throw UserError(
        "the log has no figure on '\(split)' at the best step of dev",
        at: path + "/log.log",
        fix: "superb score makes one of the files of predictions; say it with "
          + "--value")
    }
    return ExperimentResult(
      status: .done,
      upstream: .init(
        name: name, digest: ExperimentResult.importedDigest, layers: 0,
        dimension: 0, samplesPerFrame: 0),
      task: .init(id: task.id, title: task.title, version: task.version),
      metrics: [
        .init(
          name: declared.name, title: declared.title, split: split,
          value: value, unit: declared.unit,
          higherIsBetter: declared.higherIsBetter, isPrimary: true)
      ], signature: digest, seed: seed,
      config: .map(["imported": .string(path)]), versions: ["s3prl": "unknown"],
      bestStep: found?.step,
      warnings: ["imported from s3prl's \(path): nothing was measured here"],
      cost: .init(
        wallSeconds: 0, cpuSeconds: 0, peakMemoryBytes: 0, upstreamPasses: 0,
        trainingSteps: 0), finishedAt: ended.formatted(.iso8601))
  }
}
