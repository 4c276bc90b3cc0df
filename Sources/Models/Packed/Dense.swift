import Kernels

/// y = x W + b, with weights that are packed once for the processor.
struct Dense: Sendable {
  let depth: Int
  let width: Int
  private let weights: FloatBuffer
  private let bias: FloatBuffer?

  /// - Parameter weights: `[width, depth]`, as PyTorch's `Linear` has them.
  init(depth: Int, width: Int, weights: [Float], bias: [Float]?) {
    self.depth = depth
    self.width = width
    self.weights = FloatBuffer(superb_dense_room(depth, width))
    self.bias = bias.map { FloatBuffer($0) }
    superb_dense_pack(depth, width, weights, 1, depth, self.weights.pointer)
  }

  /// The linear layer of that name.
  init(_ name: String, in reader: ParameterReader) throws {
    let shape = try reader.shape(name + ".weight")
    self.init(
      depth: shape[1], width: shape[0],
      weights: try reader.floats(name + ".weight"),
      bias: try reader.floatsIfPresent(name + ".bias"))
  }

  /// - Parameters:
  ///   - xStride: numbers from one row of x to the next; rows may overlap.
  ///   - residual: added; rows as far apart as y's, and may be y.
  ///   - gelu: whether y is gelu of all that.
  func apply(
    _ x: UnsafePointer<Float>, stride xStride: Int? = nil, rows: Int,
    into y: UnsafeMutablePointer<Float>, stride yStride: Int? = nil,
    residual: UnsafePointer<Float>? = nil, gelu: Bool = false
  ) {
    superb_dense(
      rows, depth, width, x, xStride ?? depth, weights.pointer, bias?.pointer,
      residual, gelu ? 1 : 0, y, yStride ?? width)
  }
}
