import Diagnostics

/// The architecture of AST: a transformer over the patches of a spectrogram of
/// 10.24 seconds.
package struct SpectrogramTransformerConfiguration: Sendable, Equatable {
  package var patches: PatchShape
  package var hiddenSize: Int
  package var layers: Int
  package var heads: Int
  package var innerSize: Int
  package var layerNormEpsilon: Double

  package func checkSizes() throws {
    // Far above any model there is; a product of three stays an Int.
    for (key, size, most) in [
      ("hidden_size", hiddenSize, 1 << 16),
      ("num_hidden_layers", layers, 1 << 10),
      ("num_attention_heads", heads, 1 << 16),
      ("intermediate_size", innerSize, 1 << 20),
      ("max_length", patches.frames, 1 << 16),
      ("num_mel_bins", patches.bins, 200), ("patch_size", patches.size, 200),
      ("time_stride", patches.timeStride, 1 << 10),
      ("frequency_stride", patches.binStride, 200),
    ] where size < 1 || size > most {
      throw UserError("\(key) is \(size)", fix: "it is between 1 and \(most)")
    }
    guard patches.size <= min(patches.frames, patches.bins) else {
      throw UserError(
        "patch_size \(patches.size) is more than the spectrogram, "
          + "\(patches.frames) × \(patches.bins)")
    }
    guard hiddenSize % heads == 0 else {
      throw UserError(
        "hidden_size \(hiddenSize) is no multiple of num_attention_heads "
          + "\(heads)")
    }
    guard layerNormEpsilon >= 0, layerNormEpsilon.isFinite else {
      throw UserError("layer_norm_eps is \(layerNormEpsilon)")
    }
  }
}

extension SpectrogramTransformerConfiguration: Decodable {
  private enum Key: String, CodingKey {
    case hiddenSize = "hidden_size"
    case layers = "num_hidden_layers"
    case heads = "num_attention_heads"
    case innerSize = "intermediate_size"
    case hiddenAct = "hidden_act"
    case layerNormEpsilon = "layer_norm_eps"
    case patchSize = "patch_size"
    case hasBias = "qkv_bias"
    case frequencyStride = "frequency_stride"
    case timeStride = "time_stride"
    case frames = "max_length"
    case bins = "num_mel_bins"
  }

  /// What a `config.json` leaves out is what `transformers` takes it for.
  package init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    let activation = try keys.value(.hiddenAct, "gelu")
    guard activation == "gelu" else {
      throw UserError("hidden_act is \(activation); only gelu is")
    }
    guard try keys.value(.hasBias, true) else {
      throw UserError("qkv_bias is false; it must be true")
    }
    self.init(
      patches: PatchShape(
        frames: try keys.value(.frames, 1024), bins: try keys.value(.bins, 128),
        size: try keys.value(.patchSize, 16),
        timeStride: try keys.value(.timeStride, 10),
        binStride: try keys.value(.frequencyStride, 10)),
      hiddenSize: try keys.value(.hiddenSize, 768),
      layers: try keys.value(.layers, 12), heads: try keys.value(.heads, 12),
      innerSize: try keys.value(.innerSize, 3072),
      layerNormEpsilon: try keys.value(.layerNormEpsilon, 1e-12))
    try checkSizes()
  }
}
