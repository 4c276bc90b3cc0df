import Diagnostics
import Foundation
import Models
import Weights

/// A checkpoint that brings the settings of the program that trained it.
struct TrainerCheckpoint {
  /// As ``PretrainedFiles`` has them.
  var configuration: Data
  var preprocessor: Data?
  var tensors: any NamedTensors

  /// Every kind that is known; each is nil for a checkpoint of another kind.
  private static let kinds = [
    recurrent, melTransformer, convolutional, encoder,
  ]

  /// - Returns: nil for a checkpoint that brings no settings.
  /// - Throws: `UserError` if a setting is of no known value.
  static func read(_ checkpoint: TorchCheckpoint) throws -> TrainerCheckpoint? {
    try UserError.placing(checkpoint.path) {
      for kind in kinds {
        if let found = try kind(checkpoint) { return found }
      }
      return nil
    }
  }

  /// wav2vec 2.0 and its descendants, from fairseq, s3prl and others.
  private static func encoder(
    _ checkpoint: TorchCheckpoint
  ) throws -> TrainerCheckpoint? {
    guard let weights = TrainerSettings.weights(in: checkpoint.content) else {
      return nil
    }
    let tensors = try CanonicalTensors(TorchTensors(checkpoint, in: weights))
    let settings = try TrainerSettings(checkpoint.content, tensors: tensors)
    return TrainerCheckpoint(
      configuration: settings.configuration,
      preprocessor: settings.preprocessor, tensors: tensors)
  }
}

extension TrainerCheckpoint {
  /// - Parameter names: the file's names of those tensors that the model has,
  ///   and the canonical ones.
  init<Settings: Codable>(
    _ type: PretrainedType, _ settings: Settings, _ tensors: TorchTensors,
    names: [(original: String, name: String)]
  ) throws {
    configuration = try TypedConfiguration(type: type, settings: settings)
      .encoded()
    self.tensors = try CanonicalTensors(tensors, names: names)
  }
}
