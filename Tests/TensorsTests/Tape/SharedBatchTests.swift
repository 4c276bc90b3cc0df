import Testing

@testable import Tensors

/// Processes that each make some rows of a batch have, all of them, the bits
/// of one that makes all.
@Suite struct SharedBatchTests {
  static let lengths = [640, 601, 577, 530, 100, 90]

  /// Whatever a head may be made of.
  enum Head: String, CaseIterable {
    case transcriber, diarizer, verifier, normalizer, foreign
  }

  struct Outcome: Equatable {
    var loss: [Float]
    var read: [Float]
    var gradients: [[Float]]
  }

  /// One step's loss, what a task reads, and all gradients.
  static func step(
    _ head: Head, among exchange: LocalExchange? = nil
  ) throws -> Outcome {
    let (dim, hidden, layers) = (6, 5, 3)
    let offsets = Segments(of: lengths).offsets
    let rows = offsets[lengths.count]
    let engine = Engine(threads: 2, seed: 3)
    engine.exchange = exchange
    func make(_ shape: Int...) throws -> Node {
      try engine.parameter(
        name: "\(engine.parameters.count)", shape: shape,
        initializer: Initializer(.uniform(low: -0.5, high: 0.5))
      ).node
    }
    func recurrent(_ cell: RecurrentCell, _ x: Node) throws -> Node {
      let gates = cell.gates * hidden
      return try engine.recurrent(
        cell, x, offsets: offsets,
        weights: (0..<2).map { _ in
          RecurrentWeights(
            input: try make(gates, x.shape[1]),
            recurrent: try make(gates, hidden), inputBias: try make(gates),
            recurrentBias: try make(gates))
        }, bidirectional: true)
    }
    let states = lengths.enumerated().map { index, frames in
      draws(layers * frames * dim, seed: UInt64(index + 1))
    }
    let pointers = states.map { engine.held($0) }
    var x = try engine.weightedSum(
      zip(pointers, lengths).map {
        LayeredStates(.float32($0), layers: layers, frames: $1, dim: dim)
      }, weights: engine.softmax(make(layers)))
    #expect(x.blocks?.count == 4)
    let loss: Node
    var read = x
    switch head {
    case .transcriber:
      x = try engine.specAugment(
        x, offsets: offsets,
        SpecAugment(
          frequencyMasks: SpecAugment.Masks(widths: 0..<3, number: 1)))
      x = try engine.dropout(recurrent(.lstm, x), probability: 0.3)
      x = try engine.layerNorm(
        x, gamma: make(2 * hidden), beta: make(2 * hidden))
      x = try engine.tanh(
        engine.linear(x, weight: make(8, 2 * hidden), bias: make(8)))
      read = try engine.logSoftmax(recurrent(.gru, x))
      loss = try engine.ctcLoss(
        read, offsets: offsets,
        targets: lengths.indices.map { [1, 2, Int32($0 % 3) + 1] }, blank: 0,
        zeroInfinity: true)
    case .diarizer:
      x = try recurrent(.lstm, x)
      let windows = offsets.dropLast().indices.flatMap { index in
        (offsets[index]..<offsets[index + 1]).flatMap { row in
          [max(row - 1, offsets[index]), row]
        }
      }
      x = try engine.reshape(
        engine.gatherRows(x, rows: windows), to: [rows, 4 * hidden])
      x = try engine.concatColumns([
        engine.linear(x, weight: make(2, 4 * hidden), bias: nil),
        engine.relu(engine.linear(x, weight: make(2, 4 * hidden), bias: nil)),
      ])
      read = x
      loss = try engine.bceWithLogits(
        x, targets: (0..<rows * 4).map { Float($0 % 2) })
    case .verifier:
      x = try engine.relu(
        engine.spliceLinear(
          x, offsets: offsets, weight: make(8, 5 * dim), bias: make(8),
          width: 5, dilation: 1))
      let own = Engine.convolutionOffsets(offsets, width: 5)
      x = try engine.conv1d(
        x, offsets: own, weight: make(7, 8, 3), bias: make(7), padding: 1)
      let mean = try engine.segmentMean(x, offsets: own)
      read = try engine.concatColumns([
        engine.segmentStatistics(x, offsets: own), mean,
      ])
      loss = try engine.crossEntropy(
        engine.linear(read, weight: make(3, 21), bias: nil),
        labels: lengths.indices.map { Int32($0 % 3) })
    case .normalizer:
      let shift = try engine.linear(x, weight: make(dim, dim), bias: nil)
      x = try engine.mul(engine.add(x, shift), engine.sigmoid(shift))
      x = try engine.sub(engine.mul(x, make(dim)), make(dim))
      x = try engine.scale(engine.gelu(x), by: 0.5)
      x = try engine.matmul(engine.softmax(x), make(dim, 4))
      read = try engine.sum(x, axis: 0)
      loss = try engine.crossEntropy(
        x, labels: (0..<rows).map { Int32($0 % 4) })
    case .foreign:
      // An operator of a task's own sees all rows, both ways.
      let running = try engine.linear(x, weight: make(4, dim), bias: nil)
      let sums = CustomOperator(
        name: "running sums",
        forward: { inputs, out in
          guard let x = inputs[0] else { return 1 }
          var sum: Float = 0
          for index in 0..<rows * 4 {
            sum = 0.9 * sum + x[index]
            out[index] = sum
          }
          return 0
        },
        backward: { _, _, dy, gradients in
          guard let dx = gradients[0] else { return 0 }
          var sum: Float = 0
          for index in (0..<rows * 4).reversed() {
            sum = 0.9 * sum + dy[index]
            dx[index] += sum
          }
          return 0
        })
      x = try engine.custom(sums, inputs: [running], shape: [rows, 4])
      x = try engine.add(engine.tanh(x), engine.relu(running))
      read = try engine.linear(x, weight: make(3, 4), bias: make(3))
      loss = try engine.mean(engine.squareRoot(engine.exp(read)))
    }
    try engine.backward(from: loss)
    return Outcome(
      loss: [loss.item], read: Array(read.values),
      gradients: engine.parameters.map {
        Array($0.node.gradientValues ?? .init(start: nil, count: 0))
      })
  }

  @Test(arguments: Head.allCases, [2, 3, 4, 6])
  func theBitsAreThoseOfOneProcess(_ head: Head, _ size: Int) throws {
    let whole = try Self.step(head)
    #expect(whole.gradients.allSatisfy { !$0.isEmpty })
    let (outcomes, gathered) = LocalExchange.run(size) { exchange in
      Swift.Result { try Self.step(head, among: exchange) }
    }
    #expect(outcomes.count == size && gathered > 0)
    for outcome in outcomes { #expect(try outcome.get() == whole) }
  }

  @Test(arguments: [1, 2, 3, 5, 9], [2, 3, 4])
  func gradientsOfUtterancesAreShared(_ utterances: Int, _ size: Int) throws {
    @Sendable func gradients(_ exchange: LocalExchange?) throws -> [[Float]?] {
      let engine = Engine(threads: 1, seed: 1)
      let all = try engine.parameter(name: "a", shape: [3])
      // Reached by one utterance alone.
      let last = try engine.parameter(name: "l", shape: [3])
      let none = try engine.parameter(name: "n", shape: [3])
      func add(_ parameter: Parameter, _ seed: Int) throws {
        try engine.backward(
          from: engine.sum(
            engine.mul(
              parameter.node,
              engine.constant(draws(3, seed: UInt64(seed)), shape: [3]))))
        engine.endStep()
      }
      try add(all, 77)
      var made: [Int] = []
      try Engine.sumGradients(
        of: [engine], utterances: utterances, among: exchange
      ) { index in
        made.append(index)
        try add(all, index + 1)
        if index == utterances - 1 { try add(last, 50) }
      }
      if let exchange {
        let cuts = Engine.gradientShare(of: utterances, among: exchange)
        #expect(
          made == Array(cuts[exchange.rank]..<cuts[exchange.rank + 1]))
      }
      return [all, last, none].map { $0.node.gradientValues.map { Array($0) } }
    }
    let whole = try gradients(nil)
    #expect(whole[2] == nil && whole[1] != nil)
    let (outcomes, _) = LocalExchange.run(size) { exchange in
      Swift.Result { try gradients(exchange) }
    }
    for outcome in outcomes { #expect(try outcome.get() == whole) }
  }

  @Test func oneThatSaysSoIsHeardByAll() {
    let (said, _) = LocalExchange.run(3) { $0.any($0.rank == 1) }
    #expect(said == [true, true, true])
    #expect(LocalExchange.run(2) { $0.any(false) }.0 == [false, false])
  }
}
