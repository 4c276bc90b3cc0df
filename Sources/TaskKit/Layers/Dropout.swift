/// Inverted dropout in training; nothing in evaluation.
public struct Dropout {
  /// The share of elements that training sets to 0, 0 ..< 1.
  public let probability: Double

  /// `probability` is that of an element to be set to 0.
  public init(_ probability: Double) {
    self.probability = probability
  }

  /// In the shape of `x`: what is left in training is divided by 1 -
  /// probability.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.dropout(probability)
  }
}
