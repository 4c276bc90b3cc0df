import Kernels

/// The contract's functions of one number.
enum ElementFunction: String {
  case relu, gelu, tanh, sigmoid, exp, log, sqrt

  typealias Forward = (
    Int64, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
  ) -> Void
  typealias Backward = (
    Int64, UnsafePointer<Float>?, UnsafePointer<Float>?,
    UnsafeMutablePointer<Float>?
  ) -> Void

  var forward: Forward {
    switch self {
    case .relu: superb_relu
    case .gelu: superb_gelu
    case .tanh: superb_tanh
    case .sigmoid: superb_sigmoid
    case .exp: superb_exp
    case .log: superb_log
    case .sqrt: superb_sqrt
    }
  }

  var backward: Backward {
    switch self {
    case .relu: superb_relu_backward
    case .gelu: superb_gelu_backward
    case .tanh: superb_tanh_backward
    case .sigmoid: superb_sigmoid_backward
    case .exp: superb_exp_backward
    case .log: superb_log_backward
    case .sqrt: superb_sqrt_backward
    }
  }

  /// Whether the derivative is computed from the argument, not the result.
  var derivesFromArgument: Bool { self == .gelu || self == .log }
}

extension Engine {
  package func relu(_ x: Node) throws -> Node { try apply(.relu, to: x) }
  /// x Φ(x), with the normal distribution function itself (erf).
  package func gelu(_ x: Node) throws -> Node { try apply(.gelu, to: x) }
  package func tanh(_ x: Node) throws -> Node { try apply(.tanh, to: x) }
  package func sigmoid(_ x: Node) throws -> Node { try apply(.sigmoid, to: x) }
  package func exp(_ x: Node) throws -> Node { try apply(.exp, to: x) }
  package func log(_ x: Node) throws -> Node { try apply(.log, to: x) }
  /// √x; NaN below 0. The gradient at 0 is infinite, as PyTorch's is.
  package func squareRoot(_ x: Node) throws -> Node {
    try apply(.sqrt, to: x)
  }

  func apply(_ function: ElementFunction, to x: Node) throws -> Node {
    try check(function.rawValue, x)
    let y = output(x.shape, from: x)
    let (px, py) = (x.pointer, y.pointer)
    let forward = function.forward
    forEachPiece(of: x.count) { first, count in
      forward(Int64(count), px + first, py + first)
    }
    record(y) { [unowned self] dy in
      let known = function.derivesFromArgument ? px : py
      let (dx, isFresh) = x.gradientToFill
      let backward = function.backward
      forEachPiece(of: x.count) { first, count in
        if isFresh { (dx + first).update(repeating: 0, count: count) }
        backward(Int64(count), known + first, dy + first, dx + first)
      }
    }
    return y
  }
}
