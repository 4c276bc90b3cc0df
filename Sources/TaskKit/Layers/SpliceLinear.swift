import TaskABI

/// A time-delay layer (Peddinti et al., Interspeech 2015) without its
/// activation: each row of an utterance joined with the width - 1 rows that
/// follow at steps of `dilation`, then an affine map. An utterance loses
/// (width - 1) · dilation rows.
///
/// Initialised as the Linear of width · from inputs that it is: uniform over
/// ±1/√(width · from).
public struct SpliceLinear {
  /// [to, width · from], position major
  public let weight: Tensor
  /// [to]
  public let bias: Tensor
  private let width: Int
  private let dilation: Int

  /// Makes "weight" and "bias" in `parameters`.
  public init(
    from inputs: Int, to outputs: Int, width: Int, dilation: Int = 1,
    in parameters: Parameters
  ) throws {
    let joined = width * inputs
    let bound = 1 / Double(max(joined, 1)).squareRoot()
    weight = try parameters.parameter(
      "weight", [outputs, joined], .uniform(-bound, bound))
    bias = try parameters.parameter(
      "bias", [outputs], .uniform(-bound, bound))
    self.width = width
    self.dilation = dilation
  }

  /// Packed [Σ, from] -> [Σ', to], and where its utterances lie.
  public func callAsFunction(
    _ x: Tensor, _ offsets: [Int64]
  ) -> (Tensor, [Int64]) {
    let y = x.with(
      x.sequenceAPI.splice_linear?(
        x.handle, offsets, Int64(offsets.count - 1), weight.handle,
        bias.handle, Int64(width), Int64(dilation)))
    return (
      y, x.convolutionOffsets(offsets, width: width, dilation: dilation)
    )
  }
}
