import Kernels

extension Engine {
  /// logits [N, C] and N labels → rank 0: the mean of -log softmax(x)[label]
  /// over the rows whose label is not `ignored`; NaN if there are none.
  package func crossEntropy(
    _ logits: Node, labels: [Int32], ignoring ignored: Int32 = -100
  ) throws -> Node {
    let name = "cross_entropy"
    try check(name, logits)
    try require(
      logits.shape.rank == 2 && logits.shape[0] == labels.count, name,
      "logits are \(logits.shape), and there are \(labels.count) labels")
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    try Self.check(name, labels, classes: classes, ignoring: ignored)
    let counted = labels.count { $0 != ignored }
    let loss = output([], from: logits)
    let px = logits.pointer
    let probabilities = scratch(logits.count)
    let losses = scratch(rows)
    let labels = held(labels)
    forEachRowBlock(rows: rows, dim: classes) { first, count in
      superb_cross_entropy(
        count, classes, px + first * classes, labels + first, ignored,
        probabilities + first * classes, losses + first)
    }
    let total =
      logits.blocks.map { blocks in
        Self.sumTree(
          (0..<blocks.count).map {
            superb_sum(blocks[$0].count, losses + blocks[$0].lowerBound)
          })
      } ?? superb_sum(rows, losses)
    loss.pointer[0] = Float(total / Double(counted))
    record(loss) { [unowned self] dLoss in
      guard counted > 0 else { return }
      let dx = logits.gradient
      let scale = dLoss[0] / Float(counted)
      forEachRowBlock(rows: rows, dim: classes) { first, count in
        superb_cross_entropy_backward(
          count, classes, probabilities + first * classes, labels + first,
          ignored, scale, dx + first * classes)
      }
    }
    return loss
  }

  /// Refuses labels that are not one of so many classes.
  static func check(
    _ name: String, _ labels: [Int32], classes: Int, ignoring ignored: Int32?
  ) throws {
    for (row, label) in labels.enumerated() where label != ignored {
      try require(
        label >= 0 && label < classes, name,
        "label \(label) of row \(row) is not one of \(classes) classes")
    }
  }
}
