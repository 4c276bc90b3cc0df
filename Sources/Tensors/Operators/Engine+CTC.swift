import Kernels

extension Engine {
  /// Connectionist temporal classification of log probabilities [Σ, C], as
  /// PyTorch's CTCLoss with reduction "mean" → rank 0: each utterance's loss
  /// over max(target length, 1), then the mean.
  ///
  /// The gradient is PyTorch's, too: exp(log probability) less the posterior.
  /// It is that of what a log softmax made the log probabilities from; its
  /// first term vanishes on the way through the log softmax.
  ///
  /// - Parameters:
  ///   - offsets: where each utterance's frames begin, and Σ.
  ///   - targets: each utterance's symbols, without blanks.
  ///   - zeroInfinity: an utterance without any path counts as a loss of 0
  ///     with no gradient; else its loss is infinite and its gradient NaN.
  package func ctcLoss(
    _ logProbabilities: Node, offsets: [Int], targets: [[Int32]],
    blank: Int32, zeroInfinity: Bool
  ) throws -> Node {
    let name = "ctc_loss"
    let x = logProbabilities
    try checkUse(name, x)
    let segments = try Segments(name, offsets, of: x)
    let classes = x.shape[1]
    try checkTargets(targets, of: segments, classes: classes, blank: blank)

    let own = shareUtterances(of: x, offsets: offsets)
    let first = own?.lowerBound ?? 0
    let loss = output([], from: x)
    let px = x.pointer
    let gradient = loss.requiresGradient ? scratch(x.count) : nil
    var losses = [Double](unsafeUninitializedCapacity: segments.count) {
      losses, initialized in
      let losses = losses.baseAddress
      losses?.initialize(repeating: 0, count: segments.count)
      parallel(own?.count ?? segments.count) { place in
        let index = first + place
        let frames = segments.length(index)
        let start = segments.start(index) * classes
        let length = targets[index].count
        let room = UnsafeMutablePointer<Double>.allocate(
          capacity: superb_ctc_room(frames, length, gradient == nil ? 0 : 1))
        defer { room.deallocate() }
        losses?[index] = superb_ctc(
          frames, classes, px + start, length, targets[index], blank, room,
          gradient.map { $0 + start })
      }
      initialized = segments.count
    }
    if own != nil, let exchange, let utterances = batch?.utterances {
      exchange.gather(&losses, cuts: exchange.cuts(of: utterances.cuts))
    }
    let shares = targets.map { 1 / Double(max($0.count, 1) * targets.count) }
    let terms = zip(losses, shares).map {
      zeroInfinity && $0 == .infinity ? 0 : $0 * $1
    }
    loss.pointer[0] = Float(
      sum(terms, ofUtterancesOf: x) / (targets.isEmpty ? 0 : 1))

    guard let gradient else { return loss }
    record(loss) { [unowned self, losses] dLoss in
      let dx = x.gradient
      let factor = Double(dLoss[0])
      forEachSegment(of: segments, in: own, dim: classes) { index in
        let start = segments.start(index) * classes
        let count = segments.length(index) * classes
        if losses[index] != .infinity {
          superb_axpy(
            count, Float(factor * shares[index]), gradient + start, dx + start)
        } else if !zeroInfinity {
          superb_add_constant(count, .nan, dx + start)
        }
      }
    }
    return loss
  }

  private func checkTargets(
    _ targets: [[Int32]], of segments: Segments, classes: Int, blank: Int32
  ) throws {
    try require(
      targets.count == segments.count, "ctc_loss",
      "there are \(segments.count) utterances and \(targets.count) targets")
    try require(
      blank >= 0 && blank < classes, "ctc_loss",
      "blank \(blank) is not one of \(classes) classes")
    for (index, target) in targets.enumerated() {
      for symbol in target
      where symbol < 0 || symbol >= classes || symbol == blank {
        throw OperatorError(
          "ctc_loss",
          "target \(symbol) of utterance \(index) is not one of \(classes) "
            + "classes, or is the blank")
      }
    }
  }
}
