/// The best figure so far, saved with the model, so that training continued
/// from a checkpoint knows it.
public struct BestScore {
  private let best: Tensor

  /// `worst` is what any figure must beat.
  public init(worst: Float = 0, in parameters: Parameters) throws {
    best = try parameters.finding("best_score", [1], .constant(Double(worst)))
  }

  /// True, and remembers the score, if it is strictly higher than all before.
  public func improves(_ score: Double) throws -> Bool {
    // The saved figure is float32; so is the comparison, or an equal score
    // could pass for a better one.
    let score = Float(score)
    guard let known = best.values.first, score > known else { return false }
    try best.assign([score])
    return true
  }
}
