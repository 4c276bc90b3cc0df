/// Where pretrained models come from.
package enum SpeechModels {
  /// Makes a model from its configuration and weights.
  ///
  /// All tensors are checked before any is read. Others than the model's
  /// (heads of a fine-tuned one, what only pretraining needs) are left alone.
  ///
  /// - Parameters:
  ///   - preprocessor: says whether samples are normalized, for models that
  ///     leave it open; nil if there is none.
  ///   - tensors: read once, tensor by tensor, and not kept.
  /// - Throws: `UserError` that names a tensor which is missing or has
  ///   another shape, and whatever `tensors` throws.
  package static func load(
    configuration: ModelConfiguration, preprocessor: AudioPreprocessor? = nil,
    tensors: any NamedTensors
  ) throws -> any SpeechModel {
    try PackedModel(
      configuration, shape: configuration.shape, in: tensors,
      prepare: configuration.preparation(preprocessor))
  }
}
