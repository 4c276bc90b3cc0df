import Diagnostics
import Foundation
import Tensors
import Upstreams

/// A checkpoint's file, read and found whole.
struct StoredCheckpoint {
  let path: String
  let progress: TrainingProgress
  private let file: SafeTensors

  /// - Throws: `UserError` if the file is damaged or no checkpoint of ours.
  init(path: String) throws {
    self.path = path
    file = try SafeTensors(path: path)
    guard let text = file.metadata["progress"],
      let progress = try? JSONDecoder.sorted.decode(
        TrainingProgress.self, from: Data(text.utf8))
    else {
      throw UserError("this is no checkpoint of superb", at: path)
    }
    self.progress = progress
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

  /// The step of the file at `path`, without a look at the rest; nil if even
  /// that cannot be read.
  static func step(of path: String) -> Int? {
    (try? SafeTensors(path: path))?.metadata["step"].flatMap { Int($0) }
  }

  /// The experiment that it is a checkpoint of.
  func experiment() throws -> Experiment {
    guard let text = file.metadata["experiment"],
      let experiment = try? JSONDecoder.sorted.decode(
        Experiment.self, from: Data(text.utf8))
    else {
      throw UserError(
        "the checkpoint does not say which experiment it belongs to",
        at: path)
    }
    return experiment
  }

  /// Gives `engine`'s parameters and buffers their numbers.
  func restoreParameters(of engine: Engine) throws {
    for parameter in engine.parameters { try restore(parameter) }
  }

  /// Gives the trained parameters alone their numbers: what a new training
  /// begins with.
  func initializeParameters(of engine: Engine) throws {
    for parameter in engine.trainableParameters { try restore(parameter) }
  }

  private func restore(_ parameter: Parameter) throws {
    do {
      try parameter.assign(try file.floats(parameter.name))
    } catch let error as OperatorError {
      throw UserError(
        "\(error)", at: path,
        fix: "use the checkpoint of this task, upstream and configuration")
    }
  }

  func restore(_ optimizer: any Optimizer) throws {
    var state: [String: [Float]] = [:]
    for name in file.names where name.hasPrefix(Checkpoint.optimizerPrefix) {
      state[String(name.dropFirst(Checkpoint.optimizerPrefix.count))] =
        try file.floats(name)
    }
    try optimizer.importState(state)
  }

  /// What the task remembered.
  var taskState: [UInt8]? {
    get throws {
      guard file.tensors[Checkpoint.taskStateName] != nil else { return nil }
      return try file.withUnsafeBytes(of: Checkpoint.taskStateName) {
        Array($0)
      }
    }
  }
}
