import Kernels

extension Engine {
  /// Additive margin softmax (Wang et al., IEEE SPL 2018): the cross-entropy
  /// of the cosines between rows of x [N, D] and columns of weight [D, S],
  /// times `scale`, the true one less `margin` → rank 0.
  package func amSoftmax(
    _ x: Node, weight: Node, labels: [Int32], scale: Double, margin: Double
  ) throws -> Node {
    try marginSoftmax(
      "am_softmax", x, weight, labels, scale, margin, isAngular: false)
  }

  /// Additive angular margin softmax (Deng et al., CVPR 2019): the
  /// cross-entropy of the cosines between rows of x [N, D] and columns of
  /// weight [D, S], times `scale`, with `margin` added to the true one's angle
  /// → rank 0. Where that is more than π, the true cosine is reduced by
  /// margin · sin(margin) instead.
  package func aamSoftmax(
    _ x: Node, weight: Node, labels: [Int32], scale: Double, margin: Double
  ) throws -> Node {
    try marginSoftmax(
      "aam_softmax", x, weight, labels, scale, margin, isAngular: true)
  }

  private func marginSoftmax(
    _ name: String, _ x: Node, _ weight: Node, _ labels: [Int32],
    _ scale: Double, _ margin: Double, isAngular: Bool
  ) throws -> Node {
    try check(name, x, weight)
    try require(
      x.shape.rank == 2 && weight.shape.rank == 2
        && x.shape[1] == weight.shape[0] && x.shape[0] == labels.count, name,
      "x is \(x.shape) and weight \(weight.shape), and there are "
        + "\(labels.count) labels")
    try Self.check(name, labels, classes: weight.shape[1], ignoring: nil)
    let cosines = try matmul(
      normalizeRows(x, epsilon: Self.smallestNorm),
      normalizeColumns(weight, epsilon: Self.smallestNorm))
    let logits = withMargin(
      cosines, labels, scale, margin, isAngular: isAngular)
    return try crossEntropy(logits, labels: labels, ignoring: -1)
  }

  /// PyTorch's, in `functional.normalize`.
  private static let smallestNorm = 1e-12

  private func withMargin(
    _ x: Node, _ labels: [Int32], _ scale: Double, _ margin: Double,
    isAngular: Bool
  ) -> Node {
    let (rows, dim) = (x.shape[0], x.shape[1])
    let y = output(x.shape, from: x)
    let slopes = scratch(rows)
    let (px, py) = (x.pointer, y.pointer)
    let labels = held(labels)
    forEachRowBlock(rows: rows, dim: dim) { first, count in
      superb_margin(
        count, dim, px + first * dim, labels + first, scale, margin,
        isAngular ? 1 : 0, py + first * dim, slopes + first)
    }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      forEachRowBlock(rows: rows, dim: dim) { first, count in
        superb_margin_backward(
          count, dim, labels + first, Float(scale), slopes + first,
          dy + first * dim, dx + first * dim)
      }
    }
    return y
  }
}
