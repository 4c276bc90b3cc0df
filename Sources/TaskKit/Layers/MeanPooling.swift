/// The mean of each utterance's frames:
/// [offsets.last, D] -> [utterances, D].
public struct MeanPooling {
  /// It has no parameters.
  public init() {}

  /// Packed [Σ, D] -> [utterances, D]; utterance i has the rows offsets[i] ..<
  /// offsets[i + 1], at least one.
  public func callAsFunction(_ x: Tensor, _ offsets: [Int64]) -> Tensor {
    x.segmentMean(offsets)
  }
}
