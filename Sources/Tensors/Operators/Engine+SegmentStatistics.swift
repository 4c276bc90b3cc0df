import Kernels

extension Engine {
  /// Packed x [Σ, D] → [utterances, 2 · D]: the mean of each utterance's
  /// rows, then their unbiased standard deviation, without an epsilon.
  ///
  /// As in PyTorch, an utterance of one row has deviation NaN, and where a
  /// deviation is 0 no gradient flows through it.
  package func segmentStatistics(_ x: Node, offsets: [Int]) throws -> Node {
    let name = "segment_statistics"
    try checkUse(name, x)
    let segments = try Segments(name, offsets, of: x)
    let own = shareUtterances(of: x, offsets: offsets)
    for index in 0..<segments.count {
      try require(
        segments.length(index) > 0, name, "utterance \(index) has no rows")
    }
    let dim = x.shape[1]
    let y = try output(name, [segments.count, 2 * dim], from: x)
    let (px, py) = (x.pointer, y.pointer)
    forEachSegment(of: segments, in: own, dim: dim) { index in
      let mean = py + index * 2 * dim
      superb_column_moments(
        segments.length(index), dim, dim, 1, px + segments.start(index) * dim,
        mean, mean + dim)
      for column in dim..<2 * dim { mean[column].formSquareRoot() }
    }
    if own != nil { gatherUtterances(py, width: 2 * dim) }
    record(y) { [unowned self] dy in
      let (dx, isFresh) = x.gradientToFill
      forEachSegment(of: segments, in: own, dim: dim) { index in
        let mean = py + index * 2 * dim
        let d = dy + index * 2 * dim
        let start = segments.start(index) * dim
        if isFresh {
          (dx + start).update(repeating: 0, count: segments.length(index) * dim)
        }
        superb_deviation_backward(
          segments.length(index), dim, px + start, mean, mean + dim, d, d + dim,
          dx + start)
      }
    }
    return y
  }
}
