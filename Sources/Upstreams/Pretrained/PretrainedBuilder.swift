import Diagnostics
import Models
import Tensors

/// What is built from the files of a pretrained model.
struct PretrainedBuilder: Sendable {
  /// What the model will be. The weights' names and shapes are checked, their
  /// values are not read.
  var shape: @Sendable (PretrainedFiles) throws -> ModelShape
  /// The model itself.
  var load: @Sendable (PretrainedFiles) throws -> any SpeechModel
  /// The model with its weights as an engine's parameters; with the
  /// convolutions over samples among them or without.
  var train: @Sendable (PretrainedFiles, Engine, Bool) throws -> TrainableModel

  static let standard = PretrainedBuilder(
    shape: { files in
      let architecture = try files.makeArchitecture()
      try files.locating { try architecture.check(files.tensors) }
      return architecture.shape
    },
    load: { files in
      let architecture = try files.makeArchitecture()
      return try files.locating { try architecture.load(files.tensors) }
    },
    train: { files, engine, trainsFeatureEncoder in
      let architecture = try files.makeArchitecture()
      return try files.locating {
        try architecture.train(
          files.tensors, engine: engine,
          trainsFeatureEncoder: trainsFeatureEncoder)
      }
    })
}
