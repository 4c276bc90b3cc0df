/// […, from] -> […, to]: x · weightᵀ + bias, with PyTorch's initialisation:
/// weight and bias uniform over ±1/√from.
public struct Linear {
  /// [to, from]
  public let weight: Tensor
  /// [to]
  public let bias: Tensor?

  /// Makes "weight" and "bias" in `parameters`.
  public init(
    from inputs: Int, to outputs: Int, hasBias: Bool = true,
    in parameters: Parameters
  ) throws {
    let bound = 1 / Double(max(inputs, 1)).squareRoot()
    weight = try parameters.parameter(
      "weight", [outputs, inputs], .uniform(-bound, bound))
    bias =
      hasBias
      ? try parameters.parameter("bias", [outputs], .uniform(-bound, bound))
      : nil
  }

  /// […, from] -> […, to].
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.linear(weight: weight, bias: bias)
  }
}
