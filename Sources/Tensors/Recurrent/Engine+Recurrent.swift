extension Engine {
  /// Layers of `cell`, one over the other, over packed utterances, each from a
  /// zero state: x [Σ, D] → [Σ, hidden], or [Σ, 2 · hidden] if bidirectional.
  ///
  /// - Parameters:
  ///   - offsets: where each utterance's rows begin, and Σ behind them.
  ///   - weights: layer by layer, forward before backward.
  package func recurrent(
    _ cell: RecurrentCell, _ x: Node, offsets: [Int],
    weights: [RecurrentWeights], layers: Int = 1, bidirectional: Bool = false
  ) throws -> Node {
    let name = cell.rawValue
    try checkUse(name, x)
    let directions = bidirectional ? 2 : 1
    try require(
      layers > 0 && weights.count % directions == 0
        && weights.count / directions == layers, name,
      "\(weights.count) sets of weights for \(layers) layers of "
        + "\(directions) directions")
    try require(x.shape.rank == 2, name, "x is \(x.shape), not of rank 2")
    let steps = try SequenceSteps(name, offsets: offsets, rows: x.shape[0])
    var y = x
    for first in stride(from: 0, to: weights.count, by: directions) {
      y = try recurrentLayer(
        cell, y, steps, Array(weights[first..<first + directions]))
    }
    return y
  }

  /// One layer; each direction's output has its own columns.
  private func recurrentLayer(
    _ cell: RecurrentCell, _ x: Node, _ steps: SequenceSteps,
    _ weights: [RecurrentWeights]
  ) throws -> Node {
    let name = cell.rawValue
    let hidden = try checkRecurrent(cell, x, weights)
    let y = try output(
      name, [steps.rows, weights.count * hidden],
      requiresGradient: x.requiresGradient
        || weights.contains { $0.requiresGradient })
    y.blocks = blocks(of: steps.offsets)
    let own =
      y.blocks == nil ? nil : shareUtterances(of: x, offsets: steps.offsets)
    if y.blocks == nil { complete(x) }
    y.isPartial = own != nil
    let first = own.map { steps.offsets[$0.lowerBound] } ?? 0
    let steps = try own.map { try steps.part($0, name) } ?? steps
    let blocks = y.blocks?.shifted(by: -first)
    // Small steps are not shared out: their directions run at the same time.
    // Others are, one direction after the other, so that the weights of only
    // one need room in the caches.
    let work = RecurrentPass.work(cell, hidden: hidden, batch: steps.batch)
    let together = work < RecurrentPass.smallWork ? weights.count : 1
    var groups: [[RecurrentPass]] = []
    for start in stride(from: 0, to: weights.count, by: together) {
      let group = try (start..<start + together).map { index in
        try RecurrentPass(
          cell, steps, weights[index], hidden: hidden, isReversed: index == 1,
          y: y.pointer + first * y.shape[1] + index * hidden,
          stride: y.shape[1], engine: self)
      }
      for pass in group { pass.beginForward(x, first: first) }
      forEachStep(of: group, blocks: group[0].forwardBlocks) {
        $0.forward(step: $1, blocks: $2)
      }
      for pass in group { pass.endForward(keepsHistory: y.requiresGradient) }
      if y.requiresGradient { groups.append(group) }
    }
    record(y) { [unowned self, groups] dy in
      let dy = dy + first * y.shape[1]
      for group in groups {
        for pass in group {
          pass.beginBackward(dy: pass.isReversed ? dy + hidden : dy)
        }
        forEachStep(of: group, blocks: group[0].backwardBlocks) {
          $0.backward(step: steps.count - 1 - $1, blocks: $2)
        }
        for pass in group { pass.endBackward(x, first: first, over: blocks) }
      }
    }
    return y
  }

  /// All steps of one pass, each shared out by blocks of units; or of several
  /// passes at the same time, each as a whole.
  private func forEachStep(
    of passes: [RecurrentPass], blocks: Int,
    _ body: (RecurrentPass, Int, Range<Int>) -> Void
  ) {
    let count = passes[0].steps.count
    guard passes.count == 1 else {
      parallel(passes.count) { index in
        for step in 0..<count { body(passes[index], step, 0..<blocks) }
      }
      return
    }
    let pass = passes[0]
    let tasks = pass.tasks(blocks: blocks)
    for step in 0..<count {
      parallel(tasks) { index in
        // To and fro: a step begins with the weights that the last one has
        // just had in the caches.
        let task = step & 1 == 0 ? index : tasks - 1 - index
        body(pass, step, blocks * task / tasks..<blocks * (task + 1) / tasks)
      }
    }
  }

  /// The number of hidden units, if the weights fit.
  private func checkRecurrent(
    _ cell: RecurrentCell, _ x: Node, _ weights: [RecurrentWeights]
  ) throws -> Int {
    let name = cell.rawValue
    let shape = weights.first?.recurrent.shape
    let hidden = shape.map { $0.rank == 2 ? $0[1] : 0 } ?? 0
    let width = cell.gates * hidden
    for weights in weights {
      for node in weights.all { try check(name, node) }
      try require(
        hidden > 0 && weights.recurrent.shape.array == [width, hidden]
          && weights.input.shape.array == [width, x.shape[1]], name,
        "x is \(x.shape), input weights \(weights.input.shape) and "
          + "recurrent weights \(weights.recurrent.shape), not "
          + "[\(cell.gates) · hidden, inputs] and "
          + "[\(cell.gates) · hidden, hidden]")
      for case let bias? in [weights.inputBias, weights.recurrentBias]
      where bias.shape.array != [width] {
        throw OperatorError(
          name,
          "recurrent weights are \(weights.recurrent.shape) and a bias "
            + "\(bias.shape)")
      }
    }
    return hidden
  }
}
