import TaskABI

/// [N, C] -> [N, C]: each column brought to mean 0 and variance 1, then
/// weight · x + bias, which begin as 1 and 0. Training uses the batch's
/// statistics and moves the running ones, which begin as 0 and 1, by
/// `momentum`; evaluation uses those.
public struct BatchNorm {
  public let weight: Tensor
  public let bias: Tensor
  public let runningMean: Tensor
  public let runningVariance: Tensor
  public let momentum: Double
  public let epsilon: Double

  /// Makes "weight", "bias", "running_mean" and "running_var", the last two
  /// as buffers, in `parameters`.
  public init(
    _ width: Int, momentum: Double = 0.1, epsilon: Double = 1e-5,
    in parameters: Parameters
  ) throws {
    weight = try parameters.parameter("weight", [width], .constant(1))
    bias = try parameters.parameter("bias", [width], .zeros)
    runningMean = try parameters.buffer("running_mean", [width])
    runningVariance = try parameters.buffer(
      "running_var", [width], .constant(1))
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.with(
      x.normalizationAPI.batch_norm?(
        x.handle, weight.handle, bias.handle, runningMean.handle,
        runningVariance.handle, momentum, epsilon))
  }
}
