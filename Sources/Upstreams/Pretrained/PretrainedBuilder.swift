import Diagnostics
import Models

/// What is built from the files of a pretrained model.
struct PretrainedBuilder: Sendable {
  /// What the configuration promises, without reading the weights.
  var shape: @Sendable (PretrainedFiles) throws -> ModelShape
  /// The model itself.
  var load: @Sendable (PretrainedFiles) throws -> any SpeechModel

  /// With the models of ``SpeechModels``.
  static let standard = PretrainedBuilder(
    shape: { files in
      try files.modelConfiguration().shape(parameters: files.parameters)
    },
    load: { files in
      let configuration = try files.modelConfiguration()
      let preprocessor = try files.preprocessor.map {
        try AudioPreprocessor(json: $0, at: files.path)
      }
      do {
        return try SpeechModels.load(
          configuration: configuration, preprocessor: preprocessor,
          tensors: files.tensors)
      } catch var error as UserError where error.location == nil {
        error.location = files.path
        throw error
      }
    })
}

extension PretrainedFiles {
  fileprivate func modelConfiguration() throws -> ModelConfiguration {
    try ModelConfiguration(json: configuration, at: path)
  }

  /// Numbers in the model's tensors. What masked frames are replaced by while
  /// a model is trained is not among them.
  fileprivate var parameters: Int {
    tensors.names.filter { $0 != "masked_spec_embed" }
      .compactMap { tensors.shape(of: $0) }
      .reduce(0) { $0 + $1.reduce(1, *) }
  }
}

extension ModelConfiguration {
  fileprivate func shape(parameters: Int) -> ModelShape {
    ModelShape(
      layers: layers + 1 + (predictionHeads?.count ?? 0),
      dimension: hiddenSize,
      samplesPerFrame: convolutions.reduce(1) { $0 * $1.stride },
      receptiveField: convolutions.reversed().reduce(1) {
        ($0 - 1) * $1.stride + $1.kernel
      },
      parameters: parameters)
  }
}
