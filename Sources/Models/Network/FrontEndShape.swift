/// The convolutions from samples to frames, each with its norm and a gelu.
package struct FrontEndShape: Sendable {
  var convolutions: [ConvolutionShape]
  var norm: ModelConfiguration.ConvolutionNorm
  var hasBias: Bool

  static let epsilon = 1e-5
  /// What its tensors' names begin with.
  static let name = "feature_extractor."

  static func name(_ index: Int) -> String { name + "conv_layers.\(index)" }
}
