/// […, D] -> […, D] with mean 0 and variance 1 along the last axis, then
/// weight · x + bias, which begin as 1 and 0.
public struct LayerNorm {
  /// The factor of each channel, [D].
  public let weight: Tensor
  /// What is added to each channel, [D].
  public let bias: Tensor
  /// Added to the variance before its root is taken.
  public let epsilon: Double

  /// Makes "weight" and "bias", [width], in `parameters`.
  public init(
    _ width: Int, epsilon: Double = 1e-5, in parameters: Parameters
  ) throws {
    weight = try parameters.parameter("weight", [width], .constant(1))
    bias = try parameters.parameter("bias", [width], .zeros)
    self.epsilon = epsilon
  }

  /// […, width] -> […, width].
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.layerNorm(gamma: weight, beta: bias, epsilon: epsilon)
  }
}
