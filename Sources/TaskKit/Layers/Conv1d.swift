import TaskABI

/// Convolution over time of packed utterances, each padded with zeros by
/// itself, with PyTorch's initialisation: weight and bias uniform over
/// ±1/√(from / groups · width).
public struct Conv1d {
  /// [to, from / groups, width]
  public let weight: Tensor
  /// [to]
  public let bias: Tensor?
  private let width: Int
  private let stride: Int
  private let padding: Int
  private let dilation: Int
  private let groups: Int

  /// Makes "weight" and "bias" in `parameters`.
  public init(
    from inputs: Int, to outputs: Int, width: Int, stride: Int = 1,
    padding: Int = 0, dilation: Int = 1, groups: Int = 1,
    hasBias: Bool = true, in parameters: Parameters
  ) throws {
    let channels = inputs / max(groups, 1)
    let bound = 1 / Double(max(channels * width, 1)).squareRoot()
    weight = try parameters.parameter(
      "weight", [outputs, channels, width], .uniform(-bound, bound))
    bias =
      hasBias
      ? try parameters.parameter("bias", [outputs], .uniform(-bound, bound))
      : nil
    self.width = width
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// Packed [Σ, from] -> [Σ', to], and where its utterances lie.
  public func callAsFunction(
    _ x: Tensor, _ offsets: [Int64]
  ) -> (Tensor, [Int64]) {
    let y = x.with(
      x.sequenceAPI.conv1d?(
        x.handle, offsets, Int64(offsets.count - 1), weight.handle,
        bias?.handle, Int64(stride), Int64(padding), Int64(dilation),
        Int64(groups)))
    return (
      y,
      x.convolutionOffsets(
        offsets, width: width, stride: stride, padding: padding,
        dilation: dilation)
    )
  }
}
