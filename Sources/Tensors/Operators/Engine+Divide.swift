import Kernels

extension Engine {
  /// x / y, number by number; y has x's shape, or is [D] and repeated over
  /// the rows of x. A divisor of 0 gives infinity or NaN, as PyTorch's does.
  package func divide(_ x: Node, _ y: Node) throws -> Node {
    let repeats = try checkOperands("div", x, y)
    let (rows, dim) = (x.shape.rows, x.shape.last)
    let z = output(x.shape, from: x, y)
    let (px, py, pz) = (x.pointer, y.pointer, z.pointer)
    if repeats {
      forEachRowBlock(rows: rows, dim: dim) { first, count in
        superb_divide_row(
          Int64(count), Int64(dim), px + first * dim, py, pz + first * dim)
      }
    } else {
      forEachPiece(of: x.count) { first, count in
        superb_divide(Int64(count), px + first, py + first, pz + first)
      }
    }
    record(z) { [unowned self] dz in
      if x.requiresGradient {
        let dx = x.gradient
        if repeats {
          forEachRowBlock(rows: rows, dim: dim) { first, count in
            superb_divide_add_row(
              Int64(count), Int64(dim), dz + first * dim, py,
              dx + first * dim)
          }
        } else {
          forEachPiece(of: x.count) { first, count in
            superb_divide_add(Int64(count), dz + first, py + first, dx + first)
          }
        }
      }
      // ∂(x / y) / ∂y = -z / y
      guard y.requiresGradient else { return }
      let dy = y.gradient
      if repeats {
        forEachColumnBlock(rows: rows, dim: dim) { first, count in
          withUnsafeTemporaryAllocation(of: Float.self, capacity: count) {
            sums in
            sums.initialize(repeating: 0)
            superb_column_dots(
              Int64(rows), Int64(count), Int64(dim), dz + first, pz + first,
              sums.baseAddress)
            for column in 0..<count {
              dy[first + column] -= sums[column] / py[first + column]
            }
          }
        }
      } else {
        forEachPiece(of: y.count) { first, count in
          superb_divisor_backward(
            Int64(count), dz + first, pz + first, py + first, dy + first)
        }
      }
    }
    return z
  }
}
