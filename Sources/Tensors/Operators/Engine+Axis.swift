import Kernels

/// Sums, means and largest numbers along one axis, which the result lacks.
extension Engine {
  /// The sum over `axis`; 0 where it is empty.
  ///
  /// - Parameter axis: counted from the outermost, 0 ..< rank.
  package func sum(_ x: Node, axis: Int) throws -> Node {
    try total("sum", x, axis: axis) { _ in 1 }
  }

  /// The mean over `axis`; NaN where it is empty.
  ///
  /// - Parameter axis: counted from the outermost, 0 ..< rank.
  package func mean(_ x: Node, axis: Int) throws -> Node {
    try total("mean", x, axis: axis) { 1 / Float($0) }
  }

  private func total(
    _ name: String, _ x: Node, axis: Int, factor: (Int) -> Float
  ) throws -> Node {
    let cut = try AxisCut(name, x, axis: axis, engine: self)
    let (slices, extent, inner) = (cut.slices, cut.extent, cut.inner)
    let factor = factor(extent)
    let y = output(cut, of: x)
    let (px, py) = (x.pointer, y.pointer)
    if axis == 0, let blocks = x.blocks {
      py.update(repeating: 0, count: inner)
      addColumnSums(px, rows: extent, dim: inner, to: py, over: blocks)
      superb_affine(inner, factor, 0, py, py)
    } else {
      cut.forEachBlock { slice, first, count in
        let from = px + slice * extent * inner + first
        let to = py + slice * inner + first
        if inner == 1 {
          to[0] = Float(superb_sum(extent, from))
        } else {
          to.update(repeating: 0, count: count)
          superb_column_sums(extent, count, inner, 1, from, to)
        }
        superb_affine(count, factor, 0, to, to)
      }
    }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      forEachRowBlock(rows: slices * extent, dim: inner) { first, count in
        for row in first..<first + count {
          superb_axpy(
            inner, factor, dy + row / extent * inner, dx + row * inner)
        }
      }
    }
    return y
  }

  /// A batch's rows are no more where they are what went.
  private func output(_ cut: AxisCut, of x: Node) -> Node {
    let y = output(cut.result, from: x)
    if cut.extent == x.shape[0], cut.slices == 1 { y.blocks = nil }
    return y
  }

  /// The largest number along `axis`; NaN where there is one. The gradient
  /// goes to the first of equals, as PyTorch's does.
  ///
  /// - Parameter axis: counted from the outermost, 0 ..< rank; not empty.
  package func maximum(_ x: Node, axis: Int) throws -> Node {
    let cut = try AxisCut("max", x, axis: axis, engine: self)
    let (extent, inner) = (cut.extent, cut.inner)
    try require(extent > 0, "max", "axis \(axis) of \(x.shape) is empty")
    let y = output(cut, of: x)
    let (px, py) = (x.pointer, y.pointer)
    let places = [Int](unsafeUninitializedCapacity: y.count) {
      places, count in
      count = y.count
      guard let places = places.baseAddress else { return }
      cut.forEachBlock { slice, first, count in
        superb_column_max(
          extent, count, inner, px + slice * extent * inner + first,
          py + slice * inner + first, places + slice * inner + first)
      }
    }
    record(y) { dy in
      let dx = x.gradient
      for (index, place) in places.enumerated() {
        let slice = index / inner
        dx[(slice * extent + Int(place)) * inner + index % inner] += dy[index]
      }
    }
    return y
  }
}

/// A tensor seen as [slices, extent, inner], of which `extent` is one axis.
private struct AxisCut {
  let engine: Engine
  let slices: Int
  let extent: Int
  let inner: Int
  /// The shape without the axis.
  let result: Shape

  init(_ name: String, _ x: Node, axis: Int, engine: Engine) throws {
    try engine.check(name, x)
    var extents = x.shape.array
    try require(
      extents.indices.contains(axis), name, "\(x.shape) has no axis \(axis)")
    self.engine = engine
    slices = extents[..<axis].reduce(1, *)
    inner = extents[(axis + 1)...].reduce(1, *)
    extent = extents.remove(at: axis)
    guard let result = Shape(extents) else {
      throw OperatorError(name, "the result cannot have shape \(extents)")
    }
    self.result = result
  }

  /// Calls `body(slice, first, count)` for blocks of `count` results from
  /// `first` on in each slice. Each result lies in one block.
  func forEachBlock(_ body: (Int, Int, Int) -> Void) {
    engine.forEachSlice(slices, rows: extent, dim: inner, body)
  }
}
