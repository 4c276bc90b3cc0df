import Diagnostics
import Models

/// What is built from the files of a pretrained model.
struct PretrainedBuilder: Sendable {
  /// What the model will be. The weights' names and shapes are checked, their
  /// values are not read.
  var shape: @Sendable (PretrainedFiles) throws -> ModelShape
  /// The model itself.
  var load: @Sendable (PretrainedFiles) throws -> any SpeechModel

  static let standard = PretrainedBuilder(
    shape: { files in
      let architecture = try files.makeArchitecture()
      try files.locating { try architecture.check(files.tensors) }
      return architecture.shape
    },
    load: { files in
      let architecture = try files.makeArchitecture()
      return try files.locating { try architecture.load(files.tensors) }
    })
}
