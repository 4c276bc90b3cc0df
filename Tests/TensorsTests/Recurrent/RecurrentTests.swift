import TaskABI
import Testing

@testable import Tensors

@Suite struct RecurrentTests {
  /// Weights of one set: input, recurrent and both biases.
  func shapes(
    _ cell: RecurrentCell, inputs: Int, hidden: Int
  ) -> [[Int]] {
    let width = cell.gates * hidden
    return [[width, inputs], [width, hidden], [width], [width]]
  }

  func weights(_ nodes: some Collection<Node>) -> RecurrentWeights {
    let nodes = Array(nodes)
    return RecurrentWeights(
      input: nodes[0], recurrent: nodes[1], inputBias: nodes[2],
      recurrentBias: nodes[3])
  }

  @Test(arguments: [RecurrentCell.lstm, .gru])
  func gradientsAreDerivatives(cell: RecurrentCell) throws {
    let sets = [2, 2].map { shapes(cell, inputs: $0, hidden: 3) }
    let inputs = ([[7, 2]] + sets[0] + sets[1]).enumerated().map {
      (draws($1.reduce(1, *), seed: UInt64($0 + 5)), $1)
    }
    try checkGradients(of: inputs) { engine, nodes in
      try engine.recurrent(
        cell, nodes[0], offsets: [0, 2, 2, 6, 7],
        weights: [weights(nodes[1...4]), weights(nodes[5...8])], layers: 1,
        bidirectional: true)
    }
  }

  /// Output and all gradients of a network whose steps are shared out.
  func numbers(
    _ cell: RecurrentCell, hidden: Int, lengths: [Int], threads: Int
  ) throws -> [[Float]] {
    let engine = Engine(threads: threads, seed: 1)
    let rows = lengths.reduce(0, +)
    let all = shapes(cell, inputs: 24, hidden: hidden)
    let nodes = try ([[rows, 24]] + all + all).enumerated().map {
      try engine.leaf(
        draws(
          $1.reduce(1, *), seed: UInt64($0), from: -0.2, to: 0.2), $1)
    }
    let y = try engine.recurrent(
      cell, nodes[0],
      offsets: lengths.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) },
      weights: [weights(nodes[1...4]), weights(nodes[5...8])], layers: 1,
      bidirectional: true)
    let values = Array(y.values)
    try engine.backward(from: engine.probe(y, draws(y.count, seed: 99)))
    return [values]
      + (try nodes.map { Array(try #require($0.gradientValues)) })
  }

  @Test(arguments: [RecurrentCell.lstm, .gru], [20, 200])
  func bitsDoNotDependOnThreads(cell: RecurrentCell, hidden: Int) throws {
    // More utterances than a panel of rows holds, the larger with steps that
    // are shared out.
    let lengths = (0..<60).map { 1 + $0 * 7 % 5 }
    let work = RecurrentPass.work(cell, hidden: hidden, batch: 60)
    #expect((work > RecurrentPass.smallWork) == (hidden == 200))
    let one = try numbers(cell, hidden: hidden, lengths: lengths, threads: 1)
    for threads in [2, 3] {
      #expect(
        try numbers(cell, hidden: hidden, lengths: lengths, threads: threads)
          == one)
    }
  }

  @Test(arguments: [RecurrentCell.lstm, .gru])
  func anUtteranceDoesNotDependOnItsNeighbours(cell: RecurrentCell) throws {
    let engine = Engine(threads: 2, seed: 1)
    let lengths = [3, 9, 1, 5]
    let offsets = [0, 3, 12, 13, 18]
    let nodes = try shapes(cell, inputs: 4, hidden: 21).enumerated().map {
      try engine.leaf(draws($1.reduce(1, *), seed: UInt64($0)), $1)
    }
    let x = try engine.leaf(draws(18 * 4, seed: 9), [18, 4])
    let sets = [weights(nodes), weights(nodes)]
    let y = try engine.recurrent(
      cell, x, offsets: offsets, weights: sets, layers: 1,
      bidirectional: true)
    for (utterance, length) in lengths.enumerated() {
      let first = offsets[utterance]
      let alone = try engine.recurrent(
        cell, engine.rows(x, first: first, count: length),
        offsets: [0, length], weights: sets, layers: 1, bidirectional: true)
      let part = y.values[first * 42..<(first + length) * 42]
      #expect(difference(alone.values, part) < 1e-6)
    }
  }

  @Test func evaluationKeepsNoHistory() throws {
    let engine = Engine(threads: 2, seed: 1)
    let nodes = try shapes(.lstm, inputs: 8, hidden: 32).enumerated().map {
      try engine.leaf(draws($1.reduce(1, *), seed: UInt64($0)), $1)
    }
    let x = try engine.constant(draws(500 * 8), shape: [500, 8])
    func used(records: Bool) throws -> ([Float], Int) {
      try engine.recordingGradients(records) {
        let before = engine.arena.usedBytes
        let y = try engine.recurrent(
          .lstm, x, offsets: [0, 500], weights: [weights(nodes)])
        return (Array(y.values), engine.arena.usedBytes - before)
      }
    }
    let recorded = try used(records: true)
    let evaluated = try used(records: false)
    #expect(recorded.0 == evaluated.0)
    // The output alone, in a buffer at most twice as large.
    #expect(evaluated.1 <= 2 * 500 * 32 * 4)
    #expect(recorded.1 > 5 * 500 * 32 * 4)
  }

  @Test func noRowsGiveNoRows() throws {
    let engine = Engine(threads: 1, seed: 1)
    let nodes = try shapes(.gru, inputs: 2, hidden: 3).map {
      try engine.leaf(draws($0.reduce(1, *)), $0)
    }
    let x = try engine.leaf([], [0, 2])
    let y = try engine.recurrent(
      .gru, x, offsets: [0, 0], weights: [weights(nodes)])
    #expect(y.shape.array == [0, 3])
    try engine.backward(from: engine.sum(y))
    #expect(nodes[1].gradientValues?.allSatisfy { $0 == 0 } != false)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let engine = Engine(threads: 1, seed: 1)
    let x = try engine.leaf(draws(12), [4, 3])
    let fitting = try shapes(.lstm, inputs: 3, hidden: 2).map {
      try engine.leaf(draws($0.reduce(1, *)), $0)
    }
    func message(_ body: () throws -> Node) -> String {
      do { return "\(try body().shape)" } catch { return "\(error)" }
    }
    #expect(
      message {
        try engine.recurrent(.lstm, x, offsets: [0, 4], weights: [])
      }.contains("lstm: 0 sets of weights for 1 layers"))
    #expect(
      message {
        try engine.recurrent(
          .lstm, x, offsets: [0, 5, 4], weights: [weights(fitting)])
      }.contains("offsets do not rise from 0 to the 4 rows"))
    #expect(
      message {
        try engine.recurrent(
          .gru, x, offsets: [0, 4], weights: [weights(fitting)])
      }.contains("gru: x is [4, 3], input weights [8, 3]"))
    var wrong = fitting
    wrong[2] = try engine.leaf([1], [1])
    #expect(
      message {
        try engine.recurrent(
          .lstm, x, offsets: [0, 4], weights: [weights(wrong)])
      }.contains("a bias [1]"))
  }
}

@Suite struct SequenceStepsTests {
  @Test func longUtterancesComeFirstAndEmptyOnesNotAtAll() throws {
    let steps = try SequenceSteps("lstm", offsets: [0, 2, 2, 5, 7], rows: 7)
    #expect(steps.firstRows == [2, 0, 5])
    #expect(steps.lastRows == [4, 1, 6])
    #expect(steps.active == [3, 3, 1])
    #expect(steps.batch == 3)
  }
}
