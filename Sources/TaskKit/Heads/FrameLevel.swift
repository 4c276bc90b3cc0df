/// […, from] -> […, to]: any number of hidden layers, each an affine map and
/// an activation, then an affine map.
///
/// Parameters are named "hiddens.0.weight", "hiddens.2.weight", … (the
/// activations count) and "linear.weight", as s3prl names them.
public struct FrameLevel {
  private let hiddens: [Linear]
  private let activation: Activation
  private let linear: Linear

  /// Makes the layers' parameters in `parameters`.
  public init(
    from inputs: Int, to outputs: Int, hiddens widths: [Int] = [],
    activation: Activation = .relu, in parameters: Parameters
  ) throws {
    var width = inputs
    hiddens = try widths.enumerated().map { index, next in
      defer { width = next }
      return try Linear(
        from: width, to: next, in: parameters["hiddens"]["\(2 * index)"])
    }
    linear = try Linear(from: width, to: outputs, in: parameters["linear"])
    self.activation = activation
  }

  /// Packed [Σ, inputs] -> [Σ, outputs], frame by frame.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    linear(hiddens.reduce(x) { activation($1($0)) })
  }
}
