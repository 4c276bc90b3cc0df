import Diagnostics

/// The architecture of a conformer encoder, over samples (wav2vec2-conformer)
/// or over the frames of a spectral front end (w2v-BERT 2.0).
package struct ConformerConfiguration: Sendable, Equatable {
  /// Numbers of a frame that it reads; 1 where these are samples.
  package var inputs: Int
  /// From samples to frames; none where it reads frames.
  package var convolutions: [ConvolutionShape]
  package var convolutionNorm: ModelConfiguration.ConvolutionNorm
  package var convolutionBias: Bool
  package var hiddenSize: Int
  package var layers: Int
  package var heads: Int
  package var innerSize: Int
  /// Frames that a layer's convolution looks at.
  package var kernel: Int
  package var positions: AttentionPositions
  package var activation: Activation
  /// Of the norms inside layers, and of all others.
  package var layerEpsilon, epsilon: Double

  /// Whether it is w2v-BERT, whose convolutions look back alone, and which has
  /// no norm behind its layers.
  package var readsFrames: Bool { convolutions.isEmpty }

  package func checkSizes() throws {
    var sizes = [
      ("hidden_size", hiddenSize), ("num_hidden_layers", layers),
      ("num_attention_heads", heads), ("intermediate_size", innerSize),
      ("conv_depthwise_kernel_size", kernel),
      ("feature_projection_input_dim", inputs),
    ]
    for convolution in convolutions {
      sizes += [
        ("conv_dim", convolution.channels),
        ("conv_kernel", convolution.kernel),
        ("conv_stride", convolution.stride),
      ]
    }
    if case .clamped(let before, let behind) = positions {
      sizes += [
        ("left_max_position_embeddings", before + 1),
        ("right_max_position_embeddings", behind + 1),
      ]
    }
    // Far above any model there is; a product of three stays an Int.
    for (key, size) in sizes where size < 1 || size > 1 << 20 {
      throw UserError("\(key) is \(size)", fix: "it is at least 1")
    }
    guard hiddenSize % (2 * heads) == 0 else {
      throw UserError(
        "hidden_size \(hiddenSize) is no multiple of twice "
          + "num_attention_heads \(heads)")
    }
    guard kernel % 2 == 1 else {
      throw UserError("conv_depthwise_kernel_size \(kernel) is even")
    }
    for epsilon in [layerEpsilon, epsilon]
    where !(epsilon >= 0 && epsilon.isFinite) {
      throw UserError("layer_norm_eps is \(epsilon)")
    }
  }
}
