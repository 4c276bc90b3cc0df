import Kernels

extension Engine {
  /// The mean binary cross-entropy of logits against targets, one for each
  /// number → rank 0; NaN if there are none.
  package func bceWithLogits(_ logits: Node, targets: [Float]) throws -> Node {
    let name = "bce_with_logits"
    try check(name, logits)
    try require(
      targets.count == logits.count, name,
      "logits are \(logits.shape), and there are \(targets.count) targets")
    let count = logits.count
    let loss = output([], from: logits)
    let px = logits.pointer
    let targets = held(targets)
    let blocks = logits.blocks(rows: count)
    let total = sumOverPieces(of: count, blocks) { first, count in
      superb_binary_cross_entropy(count, px + first, targets + first)
    }
    loss.pointer[0] = Float(total / Double(count))
    record(loss) { [unowned self] dLoss in
      let dx = logits.gradient
      let scale = dLoss[0] / Float(count)
      forEachPiece(of: count) { first, count in
        superb_binary_cross_entropy_backward(
          count, px + first, targets + first, scale, dx + first)
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
    try require(
      (1...4).contains(speakers) && labels.count == logits.count, name,
      "logits are \(logits.shape), for 1 to 4 speakers, and there are "
        + "\(labels.count) labels")
    let orders = Self.permutations(of: speakers)
    let px = logits.pointer
    let labels = held(labels)
    let pairs = speakers * speakers
    let costs = [Double](
      unsafeUninitializedCapacity: segments.count * pairs
    ) { costs, filled in
      filled = segments.count * pairs
      guard let costs = costs.baseAddress else { return }
      forEachSegment(of: segments, dim: speakers) { index in
        let start = segments.start(index) * speakers
        superb_pair_costs(
          segments.length(index), speakers, px + start, labels + start,
          costs + index * pairs)
      }
    }
    var losses: [Double] = []
    var matched: [Int32] = []
    for index in 0..<segments.count {
      let sums = orders.map { order in
        order.enumerated().reduce(0.0) {
          $0 + costs[index * pairs + $1.offset * speakers + Int($1.element)]
        }
      }
      var best = 0
      for order in orders.indices where sums[order] < sums[best] {
        best = order
      }
      losses.append(sums[best] / Double(speakers))
      matched += orders[best]
    }
    let loss = output([], from: logits)
    loss.pointer[0] = Float(
      sum(losses, ofUtterancesOf: logits) / Double(segments.rows))
    let places = held(matched)
    record(loss) { [unowned self] dLoss in
      let dx = logits.gradient
      let scale = dLoss[0] / Float(segments.rows * speakers)
      forEachSegment(of: segments, dim: speakers) { index in
        let start = segments.start(index) * speakers
        superb_pair_costs_backward(
          segments.length(index), speakers, px + start, labels + start,
          places + index * speakers, scale, dx + start)
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
