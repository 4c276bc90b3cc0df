import Hosting
import Tensors

/// What is done to a batch's features on their way to the head: SpecAugment
/// in training, nothing in evaluation.
///
/// Warping and masking need every frame. For a head that takes each
/// utterance's mean alone, the mean is taken afterwards.
struct FeatureAugmentation {
  let engine: Engine
  let settings: SpecAugment
  let takesMeans: Bool

  /// - Parameters:
  ///   - features: [Σ frames, dim].
  ///   - offsets: the row number at which each utterance begins, with the
  ///     number of rows at the end.
  /// - Returns: the same of what the head is to see.
  func callAsFunction(
    _ features: Node, offsets: [Int64]
  ) throws -> (Node, offsets: [Int64]) {
    let rows = offsets.map { Int($0) }
    let augmented = try engine.specAugment(features, offsets: rows, settings)
    guard takesMeans else { return (augmented, offsets) }
    return (
      try engine.segmentMean(augmented, offsets: rows),
      offsets.indices.map(Int64.init)
    )
  }
}

extension FeatureAugmentation {
  /// What the configuration asks for; nil if that is nothing.
  init?(_ config: TaskConfiguration, expert: Expert, engine: Engine) {
    guard let settings = config.augmentation else { return nil }
    self.engine = engine
    self.settings = settings
    takesMeans = expert.pooling == .meanPooled
  }
}
