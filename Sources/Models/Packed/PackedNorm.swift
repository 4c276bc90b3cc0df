import Kernels

/// What normalized numbers are scaled and shifted by.
struct PackedNorm: Sendable {
  let gamma: FloatBuffer
  let beta: FloatBuffer

  init(_ name: String, in reader: ParameterReader) throws {
    gamma = FloatBuffer(try reader.floats(name + ".weight"))
    beta = FloatBuffer(try reader.floats(name + ".bias"))
  }

  /// By what a batch norm amounts to with its running statistics.
  init(
    _ name: String, running epsilon: Double, in reader: ParameterReader
  ) throws {
    let gamma = try reader.floats(name + ".weight")
    let beta = try reader.floats(name + ".bias")
    let means = try reader.floats(name + ".running_mean")
    let variances = try reader.floats(name + ".running_var")
    let factors = zip(gamma, variances).map {
      Double($0) / (Double($1) + epsilon).squareRoot()
    }
    self.gamma = FloatBuffer(factors.map { Float($0) })
    self.beta = FloatBuffer(
      beta.indices.map {
        Float(Double(beta[$0]) - factors[$0] * Double(means[$0]))
      })
  }

  /// By ones and zeros.
  init(withoutEffect size: Int) {
    gamma = FloatBuffer([Float](repeating: 1, count: size))
    beta = FloatBuffer([Float](repeating: 0, count: size))
  }

  /// Each row of x normalized; y may be x. With `gelu`, gelu of that.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int, epsilon: Double,
    into y: UnsafeMutablePointer<Float>, gelu: Bool
  ) {
    superb_layer_norm(
      rows, gamma.count, epsilon, x, gamma.pointer, beta.pointer, gelu ? 1 : 0,
      y, nil, nil)
  }
}
