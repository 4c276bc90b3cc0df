/// An activation function, by PyTorch's name.
public enum Activation: String, Sendable, CaseIterable {
  case relu = "ReLU"
  case gelu = "GELU"
  case tanh = "Tanh"
  case sigmoid = "Sigmoid"

  /// Element by element, in the shape of `x`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .relu: x.relu()
    case .gelu: x.gelu()
    case .tanh: x.tanh()
    case .sigmoid: x.sigmoid()
    }
  }
}
