/// The mean of each utterance's frames:
/// [offsets.last, D] -> [utterances, D].
public struct MeanPooling {
  public init() {}

  public func callAsFunction(_ x: Tensor, _ offsets: [Int64]) -> Tensor {
    x.segmentMean(offsets)
  }
}
