/// How an attention knows where keys are.
package enum AttentionPositions: Sendable, Equatable {
  /// Not by itself.
  case unknown
  /// By a learnt vector for each distance of a key before and behind its
  /// query, farther ones counting as the farthest (Shaw and others, 2018).
  case clamped(before: Int, behind: Int)
  /// By sinusoids of the distance, projected (Transformer-XL).
  case sinusoids
  /// By the angle by which queries and keys are turned, pair by pair, before
  /// they are projected.
  case turned(base: Double)
}

/// The size of an attention, and what it minds.
package struct AttentionShape: Sendable {
  var heads: Int
  var hasKeyBias = true
  /// What queries mind of the distance to the keys: WavLM's gated bias.
  var distances: ModelConfiguration.RelativeBias?
  var positions = AttentionPositions.unknown

  /// A learnt number for each bucket of distances and each head, which all
  /// layers share.
  static let distanceTable =
    "encoder.layers.0.attention.rel_attn_embed.weight"
}
