/// What of an utterance's hidden states a task is handed, and how it is
/// stored.
package struct FeatureView: Hashable, Sendable, Codable {
  package enum Pooling: String, Sendable, Codable {
    /// Every frame.
    case frames
    /// One frame a layer: the mean over all of them, summed in double.
    case meanPooled
  }

  package var pooling: Pooling
  /// Whether every frame is layer-normalised (no affine, eps 1e-5), before
  /// any pooling.
  package var isNormalized: Bool
  package var precision: FeaturePrecision

  package init(
    pooling: Pooling = .frames, isNormalized: Bool = false,
    precision: FeaturePrecision = .float32
  ) {
    self.pooling = pooling
    self.isNormalized = isNormalized
    self.precision = precision
  }

  /// What every other view can be computed from.
  static let whole = FeatureView()

  /// The view of an upstream's hidden states, which are in single precision.
  func apply(to states: HiddenStates) -> HiddenStates {
    let states = isNormalized ? states.normalized() : states
    return pooling == .meanPooled ? states.meanPooled() : states
  }
}

/// The type of stored values.
package enum FeaturePrecision: String, Sendable, Codable, CaseIterable {
  case float32
  /// Half the space and the reading time, 11 bits of mantissa.
  case float16

  /// Bytes of one value.
  package var byteCount: Int { self == .float32 ? 4 : 2 }

  /// In a block's entry. Never renumbered.
  var code: UInt8 { self == .float32 ? 1 : 2 }

  init?(code: UInt8) {
    guard let known = Self.allCases.first(where: { $0.code == code }) else {
      return nil
    }
    self = known
  }
}
