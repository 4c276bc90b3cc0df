/// […, D] -> […, D] with mean 0 and variance 1 along the last axis, then
/// weight · x + bias, which begin as 1 and 0.
public struct LayerNorm {
  public let weight: Tensor
  public let bias: Tensor
  public let epsilon: Double

  public init(
    _ width: Int, epsilon: Double = 1e-5, in parameters: Parameters
  ) throws {
    weight = try parameters.parameter("weight", [width], .constant(1))
    bias = try parameters.parameter("bias", [width], .zeros)
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.layerNorm(gamma: weight, beta: bias, epsilon: epsilon)
  }
}
