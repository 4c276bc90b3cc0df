import Kernels

extension Engine {
  /// Packed x [Σ, C], each utterance and group of channels brought to mean 0
  /// and variance 1 over its rows and channels, then · gamma + beta, [C].
  package func groupNorm(
    _ x: Node, offsets: [Int], groups: Int, gamma: Node, beta: Node,
    epsilon: Double = 1e-5
  ) throws -> Node {
    let name = "group_norm"
    try check(name, x, gamma, beta)
    let segments = try Segments(name, offsets, of: x)
    let dim = x.shape[1]
    try require(
      groups > 0 && dim.isMultiple(of: groups) && gamma.shape.array == [dim]
        && beta.shape.array == [dim], name,
      "x is \(x.shape), in \(groups) groups, gamma \(gamma.shape) and beta "
        + "\(beta.shape)")
    let width = dim / groups
    let rows = segments.rows
    let blocks = x.blocks
    let y = output(x.shape, from: x, gamma, beta)
    // For each group and row, those of the row's utterance.
    let (mean, inverse) = (scratch(groups * rows), scratch(groups * rows))
    let (px, py) = (x.pointer, y.pointer)
    let (pGamma, pBeta) = (gamma.pointer, beta.pointer)
    parallel(segments.count * groups) { part in
      let (index, group) = (part / groups, part % groups)
      let (start, length) = (segments.start(index), segments.length(index))
      guard length > 0 else { return }
      let (at, channel) = (group * rows + start, group * width)
      superb_group_norm(
        length, width, dim, epsilon, px + start * dim + channel,
        pGamma + channel, pBeta + channel, py + start * dim + channel,
        mean + at, inverse + at)
      (mean + at).update(repeating: mean[at], count: length)
      (inverse + at).update(repeating: inverse[at], count: length)
    }
    record(y) { [unowned self] dy in
      if let dx = x.wantedGradient {
        parallel(segments.count * groups) { part in
          let (index, group) = (part / groups, part % groups)
          let (start, length) = (segments.start(index), segments.length(index))
          guard length > 0 else { return }
          let (at, channel) = (group * rows + start, group * width)
          let first = start * dim + channel
          superb_group_norm_backward(
            length, width, dim, px + first, pGamma + channel, mean[at],
            inverse[at], dy + first, dx + first)
        }
      }
      if let dGamma = gamma.wantedGradient {
        addBlocks(blocks, rows: rows, count: dim, to: dGamma) { part, dGamma in
          let (top, start) = (part.lowerBound, part.lowerBound * dim)
          parallel(groups) { group in
            let channel = group * width
            superb_column_normal_dots(
              part.count, width, dim, px + start + channel,
              mean + group * rows + top, inverse + group * rows + top,
              dy + start + channel, dGamma + channel)
          }
        }
      }
      if let dBeta = beta.wantedGradient {
        addColumnSums(dy, rows: rows, dim: dim, to: dBeta, over: blocks)
      }
    }
    return y
  }
}
