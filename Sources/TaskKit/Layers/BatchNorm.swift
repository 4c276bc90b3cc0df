import TaskABI

/// [N, C] -> [N, C]: each column brought to mean 0 and variance 1, then
/// weight · x + bias, which begin as 1 and 0. Training uses the batch's
/// statistics and moves the running ones, which begin as 0 and 1, by
/// `momentum`; evaluation uses those.
public struct BatchNorm {
  /// The factor of each channel, [D].
  public let weight: Tensor
  /// What is added to each channel, [D].
  public let bias: Tensor
  /// The mean of each column that evaluation uses, [C], a buffer.
  public let runningMean: Tensor
  /// The unbiased variance of each column that evaluation uses, [C], a buffer.
  public let runningVariance: Tensor
  /// How far a training batch moves the running statistics, 0 … 1.
  public let momentum: Double
  /// Added to the variance before its root is taken.
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

  /// [N, C] -> [N, C].
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.with(
      x.normalizationAPI.batch_norm?(
        x.handle, weight.handle, bias.handle, runningMean.handle,
        runningVariance.handle, momentum, epsilon))
  }
}
