/// Inverted dropout in training; nothing in evaluation.
public struct Dropout {
  public let probability: Double

  public init(_ probability: Double) {
    self.probability = probability
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.dropout(probability)
  }
}
