import Kernels

/// What normalized numbers are scaled and shifted by.
struct PackedNorm: Sendable {
  let gamma: FloatBuffer
  let beta: FloatBuffer

  init(_ name: String, in reader: ParameterReader) throws {
    gamma = FloatBuffer(try reader.floats(name + ".weight"))
    beta = FloatBuffer(try reader.floats(name + ".bias"))
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
