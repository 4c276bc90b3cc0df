/// The size of an attention, and what it minds.
package struct AttentionShape: Sendable {
  var heads: Int
  var hasKeyBias = true
  /// What queries mind of the distance to the keys: WavLM's gated bias.
  var distances: ModelConfiguration.RelativeBias?

  /// A learnt number for each bucket of distances and each head, which all
  /// layers share.
  static let distanceTable =
    "encoder.layers.0.attention.rel_attn_embed.weight"
}
