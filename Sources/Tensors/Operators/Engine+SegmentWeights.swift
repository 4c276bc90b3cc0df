import Kernels

extension Engine {
  /// Packed x [Σ, 1] → [Σ, 1]: softmax over each utterance's rows.
  package func segmentSoftmax(_ x: Node, offsets: [Int]) throws -> Node {
    let name = "segment_softmax"
    try check(name, x)
    let segments = try Segments(name, offsets, of: x)
    try require(x.shape[1] == 1, name, "x is \(x.shape), not of one column")
    let y = output(x.shape, from: x)
    let (px, py) = (x.pointer, y.pointer)
    forEachSegment(of: segments, dim: 1) { index in
      let (start, length) = (segments.start(index), segments.length(index))
      guard length > 0 else { return }
      superb_softmax(1, length, px + start, py + start)
    }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      forEachSegment(of: segments, dim: 1) { index in
        let start = segments.start(index)
        superb_softmax_backward(
          1, segments.length(index), py + start, dy + start, dx + start)
      }
    }
    return y
  }

  /// Packed x [Σ, D] and weights [Σ, 1] → [utterances, D]: the sum of each
  /// utterance's rows, each times its weight; zeros for one without rows.
  package func segmentWeightedSum(
    _ x: Node, weights: Node, offsets: [Int]
  ) throws -> Node {
    let name = "segment_weighted_sum"
    try check(name, x, weights)
    let segments = try Segments(name, offsets, of: x)
    try require(
      weights.shape.array == [x.shape[0], 1], name,
      "x is \(x.shape) and weights \(weights.shape)")
    let dim = x.shape[1]
    let y = try output(name, [segments.count, dim], from: x, weights)
    let (px, pw, py) = (x.pointer, weights.pointer, y.pointer)
    forEachSegment(of: segments, dim: dim) { index in
      let out = py + index * dim
      out.update(repeating: 0, count: dim)
      superb_weighted_column_sums(
        segments.length(index), dim, dim, pw + segments.start(index),
        px + segments.start(index) * dim, out)
    }
    record(y) { [unowned self] dy in
      let (dx, dw) = (x.wantedGradient, weights.wantedGradient)
      forEachSegment(of: segments, dim: dim) { index in
        let d = dy + index * dim
        for row in offsets[index]..<offsets[index + 1] {
          if let dx {
            superb_axpy(dim, pw[row], d, dx + row * dim)
          }
          if let dw {
            dw[row] += Float(superb_dot(dim, d, px + row * dim))
          }
        }
      }
    }
    return y
  }
}
