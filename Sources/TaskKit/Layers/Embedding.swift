/// A vector for each of a few symbols, drawn from the standard normal
/// distribution at first.
public struct Embedding {
  /// [symbols, width]
  public let weight: Tensor

  /// Makes "weight" in `parameters`.
  public init(
    _ symbols: Int, _ width: Int, in parameters: Parameters
  ) throws {
    weight = try parameters.parameter(
      "weight", [symbols, width], .normal(mean: 0, deviation: 1))
  }

  /// -> [symbols.count, width]
  public func callAsFunction(_ symbols: [Int]) -> Tensor {
    weight.gatheringRows(symbols)
  }
}
