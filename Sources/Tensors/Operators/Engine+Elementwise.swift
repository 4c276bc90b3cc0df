import Kernels

/// Functions of single numbers.
extension Engine {
  package func relu(_ x: Node) throws -> Node {
    try apply("relu", x, superb_relu, superb_relu_backward)
  }

  /// x Φ(x), with the normal distribution function itself (erf).
  package func gelu(_ x: Node) throws -> Node {
    try apply("gelu", x, superb_gelu, superb_gelu_backward, fromArgument: true)
  }

  package func tanh(_ x: Node) throws -> Node {
    try apply("tanh", x, superb_tanh, superb_tanh_backward)
  }

  package func sigmoid(_ x: Node) throws -> Node {
    try apply("sigmoid", x, superb_sigmoid, superb_sigmoid_backward)
  }

  package func exp(_ x: Node) throws -> Node {
    try apply("exp", x, superb_exp, superb_exp_backward)
  }

  package func log(_ x: Node) throws -> Node {
    try apply("log", x, superb_log, superb_log_backward, fromArgument: true)
  }

  /// √x; NaN below 0. The gradient at 0 is infinite, as PyTorch's is.
  package func squareRoot(_ x: Node) throws -> Node {
    try apply("sqrt", x, superb_sqrt, superb_sqrt_backward)
  }

  /// - Parameter fromArgument: whether `backward` computes the derivative from
  ///   the argument, not from the result.
  private func apply(
    _ name: String, _ x: Node, _ forward: BufferKernel,
    _ backward: @escaping PairKernel, fromArgument: Bool = false
  ) throws -> Node {
    let own = try share(name, x)
    let part = x.numbers(own)
    let y = output(x.shape, from: x)
    y.isPartial = own != nil
    let (px, py) = (x.pointer, y.pointer)
    forEachPiece(in: part) { first, count in
      forward(count, px + first, py + first)
    }
    record(y) { [unowned self] dy in
      let known = fromArgument ? px : py
      let (dx, isFresh) = x.gradientToFill
      forEachPiece(in: part) { first, count in
        if isFresh { (dx + first).update(repeating: 0, count: count) }
        backward(count, known + first, dy + first, dx + first)
      }
    }
    return y
  }
}
