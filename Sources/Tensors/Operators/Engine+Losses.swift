import Kernels

extension Engine {
  /// logits [N, C] and N labels → rank 0: the mean of -log softmax(x)[label]
  /// over the rows whose label is not `ignored`; NaN if there are none.
  package func crossEntropy(
    _ logits: Node, labels: [Int32], ignoring ignored: Int32 = -100
  ) throws -> Node {
    try check("cross_entropy", logits)
    guard logits.shape.rank == 2, logits.shape[0] == labels.count else {
      throw OperatorError(
        "cross_entropy",
        "logits are \(logits.shape), and there are \(labels.count) labels")
    }
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    for (row, label) in labels.enumerated() where label != ignored {
      guard label >= 0, label < classes else {
        throw OperatorError(
          "cross_entropy",
          "label \(label) of row \(row) is not one of \(classes) classes")
      }
    }
    let counted = labels.count { $0 != ignored }
    let loss = output([], from: logits)
    let px = logits.pointer
    let probabilities = scratch(logits.count)
    let losses = scratch(rows)
    labels.withUnsafeBufferPointer { labels in
      let labels = labels.baseAddress
      forEachRowBlock(rows: rows, dim: classes) { first, count in
        superb_cross_entropy(
          Int64(count), Int64(classes), px + first * classes,
          labels.map { $0 + first }, ignored,
          probabilities + first * classes, losses + first)
      }
    }
    loss.pointer[0] =
      Float(superb_sum(Int64(rows), losses) / Double(counted))
    record(loss) { [unowned self] dLoss in
      guard counted > 0 else { return }
      let dx = logits.gradient
      let scale = dLoss[0] / Float(counted)
      labels.withUnsafeBufferPointer { labels in
        let labels = labels.baseAddress
        forEachRowBlock(rows: rows, dim: classes) { first, count in
          superb_cross_entropy_backward(
            Int64(count), Int64(classes), probabilities + first * classes,
            labels.map { $0 + first }, ignored, scale, dx + first * classes)
        }
      }
    }
    return loss
  }
}
