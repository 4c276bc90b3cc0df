import Kernels

extension Engine {
  /// (x - mean) / √(variance + epsilon) · gamma + beta for each column of x
  /// [N, C], as PyTorch's BatchNorm1d.
  ///
  /// In training the statistics are the batch's, and the running ones move
  /// towards them by `momentum`, the variance then being the unbiased one; in
  /// evaluation they are the running ones.
  ///
  /// - Parameters:
  ///   - gamma: [C], and beta too.
  ///   - runningMean: [C], a buffer, and the variance too.
  package func batchNorm(
    _ x: Node, gamma: Node, beta: Node, runningMean: Node,
    runningVariance: Node, momentum: Double = 0.1, epsilon: Double = 1e-5
  ) throws -> Node {
    let name = "batch_norm"
    try check(name, x, gamma, beta, runningMean, runningVariance)
    let perColumn = [gamma, beta, runningMean, runningVariance]
    try require(
      x.shape.rank == 2
        && perColumn.allSatisfy({ $0.shape.array == [x.shape[1]] }), name,
      "x is \(x.shape), and gamma, beta and the running statistics "
        + "\(perColumn.map(\.shape))")
    let (rows, dim) = (x.shape[0], x.shape[1])
    let blocks = x.blocks
    let usesBatch = isTraining
    try require(
      rows > 1 || !usesBatch, name,
      "x is \(x.shape); there is no variance of less than two rows")
    let (mean, inverse) = (scratch(dim), scratch(dim))
    if usesBatch {
      fillMoments(
        x.pointer, rows: rows, dim: dim, mean: mean, variance: inverse,
        over: x.blocks)
      let unbiased = Float(rows) / Float(rows - 1)
      let step = Float(momentum)
      for (running, values, factor) in [
        (runningMean.pointer, mean, 1),
        (runningVariance.pointer, inverse, unbiased),
      ] {
        for column in 0..<dim {
          running[column] +=
            step * (factor * values[column] - running[column])
        }
      }
    } else {
      mean.update(from: runningMean.pointer, count: dim)
      inverse.update(from: runningVariance.pointer, count: dim)
    }
    for column in 0..<dim {
      inverse[column] = Float(
        1 / (Double(inverse[column]) + epsilon).squareRoot())
    }

    let y = output(x.shape, from: x, gamma, beta)
    let (px, py) = (x.pointer, y.pointer)
    let (pGamma, pBeta) = (gamma.pointer, beta.pointer)
    forEachRowBlock(rows: rows, dim: dim) { first, count in
      superb_normalize_columns(
        count, dim, dim, px + first * dim, mean, inverse, pGamma, pBeta,
        py + first * dim)
    }
    record(y) { [unowned self] dy in
      // In evaluation the statistics do not depend on x: nothing is taken
      // off the gradient.
      let (sum, dot) = (zeros(dim), zeros(dim))
      if usesBatch || beta.requiresGradient {
        addColumnSums(dy, rows: rows, dim: dim, to: sum, over: blocks)
      }
      if usesBatch || gamma.requiresGradient {
        addBlocks(blocks, rows: rows, count: dim, to: dot) { rows, dot in
          let start = rows.lowerBound * dim
          forEachColumnBlock(rows: rows.count, dim: dim) { first, count in
            superb_column_standard_dots(
              rows.count, count, dim, px + start + first, mean + first,
              inverse + first, dy + start + first, dot + first)
          }
        }
      }
      if let dBeta = beta.wantedGradient {
        addScaled(sum, 1, count: dim, to: dBeta)
      }
      if let dGamma = gamma.wantedGradient {
        addScaled(dot, 1, count: dim, to: dGamma)
      }
      guard let dx = x.wantedGradient else { return }
      if !usesBatch {
        sum.update(repeating: 0, count: dim)
        dot.update(repeating: 0, count: dim)
      }
      forEachColumnBlock(rows: rows, dim: dim) { first, count in
        superb_batch_norm_backward(
          rows, count, dim, px + first, mean + first, inverse + first,
          pGamma + first, sum + first, dot + first, dy + first, dx + first)
      }
    }
    return y
  }

  /// Mean and biased variance of the columns of x [rows, dim].
  private func fillMoments(
    _ x: Floats, rows: Int, dim: Int, mean: MutableFloats,
    variance: MutableFloats, over blocks: RowBlocks?
  ) {
    guard let blocks else {
      forEachColumnBlock(rows: rows, dim: dim) { first, count in
        superb_column_moments(
          rows, count, dim, 0, x + first, mean + first, variance + first)
      }
      return
    }
    mean.update(repeating: 0, count: dim)
    addColumnSums(x, rows: rows, dim: dim, to: mean, over: blocks)
    superb_affine(dim, 1 / Float(rows), 0, mean, mean)
    variance.update(repeating: 0, count: dim)
    addBlocks(blocks, rows: rows, count: dim, to: variance) { rows, sums in
      let start = rows.lowerBound * dim
      forEachColumnBlock(rows: rows.count, dim: dim) { first, count in
        superb_column_squares(
          rows.count, count, dim, x + start + first, mean + first, sums + first)
      }
    }
    superb_affine(dim, 1 / Float(rows), 0, variance, variance)
  }
}
