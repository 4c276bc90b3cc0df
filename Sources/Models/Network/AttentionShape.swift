import Foundation

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
  /// By a learnt vector for each bucket of distances, projected as queries and
  /// keys are, which keys and queries meet (DeBERTa).
  case disentangled(DisentangledDistances)
}

/// DeBERTa's buckets of distances, whose vectors all layers share.
package struct DisentangledDistances: Sendable, Equatable {
  /// Buckets on each side: half of them for distances of their own, the rest
  /// for ranges that grow with the distance; 0 for a bucket each.
  package var buckets: Int
  package var maximum: Int
  package var layerNormEpsilon: Double

  static let table = "encoder.rel_embeddings"
  static let norm = "encoder.rel_norm"

  /// Vectors on each side.
  var span: Int { buckets > 0 ? buckets : maximum }

  /// The place of query minus key among the vectors.
  func place(_ difference: Int) -> Int {
    min(max(bucket(difference) + span, 0), 2 * span - 1)
  }

  private func bucket(_ difference: Int) -> Int {
    let middle = buckets / 2
    let distance = abs(difference)
    guard middle > 0, distance > middle else { return difference }
    // In single precision, as it is in the models' own code.
    let share =
      log(Float(distance) / Float(middle))
      / log(Float(maximum - 1) / Float(middle))
    let place = Int((share * Float(middle - 1)).rounded(.up)) + middle
    return difference < 0 ? -place : place
  }
}

/// The size of an attention, and what it minds.
package struct AttentionShape: Sendable {
  var heads: Int
  var hasKeyBias = true
  /// Whether any of the four products has a bias.
  var hasBias = true
  /// What queries mind of the distance to the keys: WavLM's gated bias.
  var distances: ModelConfiguration.RelativeBias?
  var positions = AttentionPositions.unknown

  /// Numbers by whose root scores are divided.
  func scale(headSize: Int) -> Double {
    if case .disentangled = positions { return Double(3 * headSize) }
    return Double(headSize)
  }

  /// A learnt number for each bucket of distances and each head, which all
  /// layers share.
  static let distanceTable =
    "encoder.layers.0.attention.rel_attn_embed.weight"
}
