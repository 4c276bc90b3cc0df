import Kernels

/// Each row brought to mean 0 and variance 1, then scaled and shifted.
struct LayerNorm: Sendable {
  private let size: Int
  private let epsilon: Double
  private let gamma: FloatBuffer?
  private let beta: FloatBuffer?

  init(
    _ name: String, epsilon: Double, in reader: ParameterReader
  ) throws {
    self.epsilon = epsilon
    let gamma = FloatBuffer(try reader.floats(name + ".weight"))
    self.gamma = gamma
    self.beta = FloatBuffer(try reader.floats(name + ".bias"))
    self.size = gamma.count
  }

  /// Without parameters.
  init(size: Int, epsilon: Double) {
    self.size = size
    self.epsilon = epsilon
    (gamma, beta) = (nil, nil)
  }

  /// y may be x; with `gelu`, y is gelu of the normalized rows.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int,
    into y: UnsafeMutablePointer<Float>, gelu: Bool = false
  ) {
    superb_norm_rows(
      Int64(rows), Int64(size), epsilon, x, gamma?.pointer, beta?.pointer,
      gelu ? 1 : 0, y)
  }
}
