import Diagnostics

/// The architecture of a FastConformer (Parakeet, NEST, Canary), as
/// `transformers` has Parakeet's: a conformer over an eighth of the frames.
package struct FastConformerConfiguration: Sendable, Equatable {
  package var subsampling: SubsamplingShape
  package var hiddenSize: Int
  package var layers: Int
  package var heads: Int
  package var innerSize: Int
  /// Frames that a layer's convolution looks at.
  package var kernel: Int
  package var activation: Activation
  package var attentionHasBias, convolutionHasBias: Bool
  /// Whether frames are multiplied by the root of their width first.
  package var scalesInput: Bool

  package func checkSizes() throws {
    // Far above any model there is; a product of three stays an Int.
    for (key, size) in [
      ("hidden_size", hiddenSize), ("num_hidden_layers", layers),
      ("num_attention_heads", heads), ("intermediate_size", innerSize),
      ("conv_kernel_size", kernel), ("num_mel_bins", subsampling.bins),
      ("subsampling_conv_channels", subsampling.channels),
    ] where size < 1 || size > 1 << 18 {
      throw UserError("\(key) is \(size)", fix: "it is at least 1")
    }
    guard (1...6).contains(subsampling.steps),
      subsampling.bins % (1 << subsampling.steps) == 0
    else {
      throw UserError(
        "num_mel_bins \(subsampling.bins) is no multiple of "
          + "subsampling_factor")
    }
    guard hiddenSize % (2 * heads) == 0 else {
      throw UserError(
        "hidden_size \(hiddenSize) is no multiple of twice "
          + "num_attention_heads \(heads)")
    }
    guard kernel % 2 == 1 else {
      throw UserError("conv_kernel_size \(kernel) is even")
    }
  }
}

extension FastConformerConfiguration: Decodable {
  private enum Outer: String, CodingKey {
    case encoder = "encoder_config"
  }

  private enum Key: String, CodingKey {
    case hiddenSize = "hidden_size"
    case layers = "num_hidden_layers"
    case heads = "num_attention_heads"
    case innerSize = "intermediate_size"
    case hiddenAct = "hidden_act"
    case attentionBias = "attention_bias"
    case convolutionBias = "convolution_bias"
    case kernel = "conv_kernel_size"
    case factor = "subsampling_factor"
    case channels = "subsampling_conv_channels"
    case bins = "num_mel_bins"
    case subsamplingKernel = "subsampling_conv_kernel_size"
    case subsamplingStride = "subsampling_conv_stride"
    case scalesInput = "scale_input"
  }

  /// Reads the `config.json` of an encoder, or of a model that has one; what
  /// it leaves out is what `transformers` takes it for.
  package init(from decoder: any Decoder) throws {
    let outer = try decoder.container(keyedBy: Outer.self)
    let keys =
      try outer.contains(.encoder)
      ? outer.nestedContainer(keyedBy: Key.self, forKey: .encoder)
      : decoder.container(keyedBy: Key.self)
    let name = try keys.value(.hiddenAct, "silu")
    guard let activation = Activation(rawValue: name == "silu" ? "swish" : name)
    else {
      throw UserError(
        "hidden_act is \(name)", fix: "understood are gelu, relu and silu")
    }
    let factor = try keys.value(.factor, 8)
    guard try keys.value(.subsamplingKernel, 3) == 3,
      try keys.value(.subsamplingStride, 2) == 2, factor > 1,
      factor & (factor - 1) == 0
    else {
      throw UserError(
        "the frames are subsampled in a way that is not understood",
        fix: "understood are convolutions of 3 by 3 at every second frame, and "
          + "a subsampling_factor that is a power of two")
    }
    self.init(
      subsampling: SubsamplingShape(
        bins: try keys.value(.bins, 80),
        channels: try keys.value(.channels, 256),
        steps: factor.trailingZeroBitCount),
      hiddenSize: try keys.value(.hiddenSize, 1024),
      layers: try keys.value(.layers, 24), heads: try keys.value(.heads, 8),
      innerSize: try keys.value(.innerSize, 4096),
      kernel: try keys.value(.kernel, 9), activation: activation,
      attentionHasBias: try keys.value(.attentionBias, true),
      convolutionHasBias: try keys.value(.convolutionBias, true),
      scalesInput: try keys.value(.scalesInput, true))
    try checkSizes()
  }
}
