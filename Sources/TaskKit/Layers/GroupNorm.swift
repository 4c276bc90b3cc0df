import TaskABI

/// Packed [Σ, C] -> [Σ, C]: each utterance and group of channels brought to
/// mean 0 and variance 1 over its rows and channels, then weight · x + bias,
/// which begin as 1 and 0.
public struct GroupNorm {
  /// The factor of each channel, [D].
  public let weight: Tensor
  /// What is added to each channel, [D].
  public let bias: Tensor
  /// Into how many groups the channels are cut.
  public let groups: Int
  /// Added to the variance before its root is taken.
  public let epsilon: Double

  /// Makes "weight" and "bias" in `parameters`.
  public init(
    _ width: Int, groups: Int, epsilon: Double = 1e-5,
    in parameters: Parameters
  ) throws {
    weight = try parameters.parameter("weight", [width], .constant(1))
    bias = try parameters.parameter("bias", [width], .zeros)
    self.groups = groups
    self.epsilon = epsilon
  }

  /// Packed [Σ, C] -> [Σ, C]; utterance i has the rows offsets[i] ..< offsets[i
  /// + 1].
  public func callAsFunction(_ x: Tensor, _ offsets: [Int64]) -> Tensor {
    x.with(
      x.normalizationAPI.group_norm?(
        x.handle, offsets, Int64(offsets.count - 1), Int64(groups),
        weight.handle, bias.handle, epsilon))
  }
}
