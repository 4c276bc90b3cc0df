import Diagnostics

/// The architecture of Mockingjay, TERA and Audio ALBERT: transformer layers
/// over the frames of a spectral front end, at positions given by sinusoids.
package struct MelTransformerConfiguration: Sendable, Equatable, Codable {
  /// Features of a frame.
  package var inputs: Int
  package var hiddenSize: Int
  package var layers: Int
  package var heads: Int
  package var innerSize: Int
  /// Whether layers normalize their input rather than their output. Each
  /// state then has a norm of its own.
  package var normalizesFirst: Bool
  package var layerNormEpsilon: Double
  /// Whether all layers are one and the same.
  package var sharesLayers: Bool
  /// The most frames that the model sees at a time; 0 for no limit. What is
  /// longer is cut into pieces of nearly equal length that know nothing of
  /// each other.
  package var longestSequence: Int

  package init(
    inputs: Int, hiddenSize: Int, layers: Int, heads: Int, innerSize: Int,
    normalizesFirst: Bool, layerNormEpsilon: Double, sharesLayers: Bool,
    longestSequence: Int
  ) {
    self.inputs = inputs
    self.hiddenSize = hiddenSize
    self.layers = layers
    self.heads = heads
    self.innerSize = innerSize
    self.normalizesFirst = normalizesFirst
    self.layerNormEpsilon = layerNormEpsilon
    self.sharesLayers = sharesLayers
    self.longestSequence = longestSequence
  }

  package func checkSizes() throws {
    // Far above any model there is; a product of three stays an Int.
    for (key, size, least, most) in [
      ("input_dim", inputs, 1, 1 << 16),
      ("hidden_size", hiddenSize, 1, 1 << 16),
      ("num_hidden_layers", layers, 1, 1 << 10),
      ("num_attention_heads", heads, 1, 1 << 16),
      ("intermediate_size", innerSize, 1, 1 << 20),
      ("sequence_length", longestSequence, 0, 1 << 30),
    ] where size < least || size > most {
      throw UserError(
        "\(key) is \(size)", fix: "it is between \(least) and \(most)")
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
