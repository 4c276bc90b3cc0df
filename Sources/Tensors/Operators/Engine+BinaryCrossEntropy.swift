import Kernels

extension Engine {
  /// The mean binary cross-entropy of logits against targets, one for each
  /// number → rank 0; NaN if there are none.
  package func bceWithLogits(_ logits: Node, targets: [Float]) throws -> Node {
    let name = "bce_with_logits"
    try check(name, logits)
    guard targets.count == logits.count else {
      throw OperatorError(
        name,
        "logits are \(logits.shape), and there are \(targets.count) targets")
    }
    let count = logits.count
    let loss = output([], from: logits)
    let px = logits.pointer
    let total = targets.withUnsafeBufferPointer { targets in
      let targets = targets.baseAddress
      return sumOverPieces(of: count) { first, count in
        superb_binary_cross_entropy(
          Int64(count), px + first, targets.map { $0 + first })
      }
    }
    loss.pointer[0] = Float(total / Double(count))
    record(loss) { [unowned self] dLoss in
      let dx = logits.gradient
      let scale = dLoss[0] / Float(count)
      targets.withUnsafeBufferPointer { targets in
        let targets = targets.baseAddress
        forEachPiece(of: count) { first, count in
          superb_binary_cross_entropy_backward(
            Int64(count), px + first, targets.map { $0 + first }, scale,
            dx + first)
        }
      }
    }
    return loss
  }

  /// Permutation-invariant binary cross-entropy (Fujita et al., Interspeech
  /// 2019) of packed logits [Σ, S] against labels [Σ, S] → rank 0. Each
  /// utterance counts under the permutation of its S ≤ 4 speakers that makes
  /// it smallest, the first of equals in lexicographic order: per permutation
  /// the mean over speakers, summed over rows. The utterances' sum is divided
  /// by Σ.
  ///
  /// - Returns: the loss, and S numbers an utterance: which label each output
  ///   was matched with.
  package func pitBCE(
    _ logits: Node, labels: [Float], offsets: [Int]
  ) throws -> (loss: Node, permutations: [Int32]) {
    let name = "pit_bce"
    try check(name, logits)
    let segments = try Segments(name, offsets, of: logits)
    let speakers = logits.shape[1]
    guard (1...4).contains(speakers), labels.count == logits.count else {
      throw OperatorError(
        name,
        "logits are \(logits.shape), for 1 to 4 speakers, and there are "
          + "\(labels.count) labels")
    }
    let orders = Self.permutations(of: speakers)
    let px = logits.pointer
    var costs = [Double](
      repeating: 0, count: segments.count * speakers * speakers)
    costs.withUnsafeMutableBufferPointer { costs in
      let costs = costs.baseAddress
      labels.withUnsafeBufferPointer { labels in
        let labels = labels.baseAddress
        forEachSegment(of: segments, dim: speakers) { index in
          let start = segments.start(index) * speakers
          superb_pair_costs(
            Int64(segments.length(index)), Int64(speakers), px + start,
            labels.map { $0 + start },
            costs.map { $0 + index * speakers * speakers })
        }
      }
    }
    var total = 0.0
    var matched: [Int32] = []
    for index in 0..<segments.count {
      let base = index * speakers * speakers
      let sums = orders.map { order in
        order.enumerated().reduce(0.0) {
          $0 + costs[base + $1.offset * speakers + Int($1.element)]
        }
      }
      var best = 0
      for order in orders.indices where sums[order] < sums[best] {
        best = order
      }
      total += sums[best] / Double(speakers)
      matched += orders[best]
    }
    let loss = output([], from: logits)
    loss.pointer[0] = Float(total / Double(segments.rows))
    record(loss) { [unowned self] dLoss in
      let dx = logits.gradient
      let scale = dLoss[0] / Float(segments.rows * speakers)
      matched.withUnsafeBufferPointer { matched in
        let matched = matched.baseAddress
        labels.withUnsafeBufferPointer { labels in
          let labels = labels.baseAddress
          forEachSegment(of: segments, dim: speakers) { index in
            let start = segments.start(index) * speakers
            superb_pair_costs_backward(
              Int64(segments.length(index)), Int64(speakers), px + start,
              labels.map { $0 + start },
              matched.map { $0 + index * speakers }, scale, dx + start)
          }
        }
      }
    }
    return (loss, matched)
  }

  /// All orders of 0 ..< count, in lexicographic order.
  static func permutations(of count: Int) -> [[Int32]] {
    var orders: [[Int32]] = [[]]
    for _ in 0..<count {
      orders = orders.flatMap { order in
        (0..<Int32(count)).filter { !order.contains($0) }.map { order + [$0] }
      }
    }
    return orders
  }
}
