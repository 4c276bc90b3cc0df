import Diagnostics
import Foundation
import Records
import Tensors
import Upstreams
import Weights

/// A checkpoint's file, read and found whole.
package struct StoredCheckpoint {
  package let path: String
  package let progress: TrainingProgress
  private let file: SafeTensors
  /// What the names of a head's own tensors begin with, in a file that holds
  /// several heads.
  private let prefix: String

  /// - Throws: `UserError` if the file is damaged or no checkpoint of ours.
  package init(path: String) throws {
    self.path = path
    prefix = ""
    file = try SafeTensors(path: path)
    progress = try Self.progress(in: file, at: path)
    let digest = CheckpointDigest(metadata: file.metadata)
    for name in file.names {
      let tensor = try file.tensor(name)
      try file.withUnsafeBytes(of: name) {
        digest.add(
          name, element: tensor.element, shape: tensor.shape, bytes: $0)
      }
    }
    guard digest.finish() == file.metadata[Checkpoint.checksumKey] else {
      throw UserError(
        "the checkpoint is damaged: its checksum does not fit", at: path,
        fix: "use an older one, or train again")
    }
  }

  /// The head of `file` whose own tensors' names begin with `prefix`.
  package init(_ file: StoredCheckpoint, below prefix: String) throws {
    path = file.path
    self.prefix = prefix
    self.file = file.file
    progress = try Self.progress(in: file.file, below: prefix, at: file.path)
  }

  private static func progress(
    in file: SafeTensors, below prefix: String = "", at path: String
  ) throws -> TrainingProgress {
    guard let text = file.metadata[prefix + "progress"],
      let progress = try? JSONDecoder.sorted.decode(
        TrainingProgress.self, from: Data(text.utf8))
    else {
      throw UserError("this is no checkpoint of superb", at: path)
    }
    // Names that training writes under: another's checkpoint is believed in
    // its numbers, and not in where they go.
    let names = Array(progress.saved.keys) + [progress.best?.file ?? "none"]
    for name in names
    where name.isEmpty || name.hasPrefix(".") || name.contains("/")
      || name.contains("\0")
    {
      throw UserError(
        "the checkpoint names a file '\(name)' outside its folder", at: path)
    }
    return progress
  }

  /// Names and shapes of what is trained, and of buffers, in the order of
  /// names.
  package var parameters: [(name: String, shape: [Int])] {
    file.names.filter {
      !$0.contains(Checkpoint.optimizerPrefix)
        && !$0.hasPrefix(prefix + Checkpoint.averagePrefix)
        && !$0.hasSuffix(Checkpoint.taskStateName)
    }.sorted().compactMap { name in
      file.tensors[name].map { (name, $0.shape) }
    }
  }

  /// The name in the file: what is not the head's own is everybody's.
  private func name(_ name: String) -> String {
    file.tensors[prefix + name] == nil ? name : prefix + name
  }

  /// The step of the file at `path`, without a look at the rest; nil if even
  /// that cannot be read.
  package static func step(of path: String) -> Int? {
    (try? SafeTensors(path: path))?.metadata["step"].flatMap { Int($0) }
  }

  /// The experiment that it is a checkpoint of.
  package func experiment() throws -> Experiment {
    do {
      return try JSONDecoder.sorted.decode(
        Experiment.self, from: Data((file.metadata["experiment"] ?? "").utf8))
    } catch let error as UserError {
      throw UserError(
        "the checkpoint's configuration cannot be used: \(error)", at: path)
    } catch {
      throw UserError(
        "the checkpoint does not say which experiment it belongs to",
        at: path)
    }
  }

  /// Gives parameters and buffers their numbers.
  func restore(_ parameters: [Parameter]) throws {
    for parameter in parameters { try restore(parameter) }
  }

  private func restore(_ parameter: Parameter) throws {
    do {
      try parameter.assign(try file.floats(name(parameter.name)))
    } catch let error as OperatorError {
      throw UserError(
        "\(error)", at: path,
        fix: "use the checkpoint of this task, upstream and configuration")
    }
  }

  func restore(_ optimizer: any Optimizer) throws {
    var state: [String: [Float]] = [:]
    for prefix in Set(["", prefix]) {
      let prefix = prefix + Checkpoint.optimizerPrefix
      for name in file.names where name.hasPrefix(prefix) {
        state[String(name.dropFirst(prefix.count))] = try file.floats(name)
      }
    }
    try optimizer.importState(state)
  }

  /// The moving average of those that have one here.
  func average(of parameters: [Parameter]) throws -> [String: [Float]] {
    try parameters.reduce(into: [:]) { average, parameter in
      let name = name(Checkpoint.averagePrefix + parameter.name)
      guard file.tensors[name] != nil else { return }
      average[parameter.name] = try file.floats(name)
    }
  }

  /// What the task remembered.
  var taskState: [UInt8]? {
    get throws {
      let name = name(Checkpoint.taskStateName)
      guard file.tensors[name] != nil else { return nil }
      return try file.withUnsafeBytes(of: name) { Array($0) }
    }
  }
}
