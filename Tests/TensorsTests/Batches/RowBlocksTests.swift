import Testing

@testable import Tensors

/// What several processes that each make some blocks of a batch rely on.
@Suite struct RowBlocksTests {
  @Test func batchIsCutByItsUtterancesAlone() throws {
    let lengths = [700, 500, 500, 400, 300, 100, 50, 20]
    let blocks = try #require(
      BatchBlocks(offsets: Segments(of: lengths).offsets))
    #expect(blocks.utterances.cuts == [0, 1, 2, 4, 8])
    #expect(BatchBlocks(offsets: Array(0...32)) == nil)
    #expect(BatchBlocks(offsets: [0, 100_000]) == nil)
  }

  @Test func blocksFollowRowsThatAreChosenOrSeenInAnotherShape() {
    let blocks = RowBlocks(cuts: [0, 2, 5])
    #expect(blocks.scaled(to: 10, from: 5) == RowBlocks(cuts: [0, 4, 10]))
    #expect(blocks.scaled(to: 3, from: 5) == nil)
    #expect(blocks.chosen([1, 0, 0, 4, 2]) == RowBlocks(cuts: [0, 3, 5]))
    #expect(blocks.chosen([3, 4]) == RowBlocks(cuts: [0, 0, 2]))
    #expect(blocks.chosen([0, 3, 1]) == nil)
  }

  /// Four utterances, each a block: gradients made of one utterance alone and
  /// summed two by two have the bits of those made of all.
  @Test(arguments: [RecurrentCell.lstm, .gru])
  func gradientsOfBlocksMakeUpThoseOfTheBatch(_ cell: RecurrentCell) throws {
    let (dim, hidden, width) = (6, 5, 3)
    let lengths = [640, 601, 577, 530]
    let offsets = Segments(of: lengths).offsets
    let features = draws(offsets[4] * dim, seed: 1)
    let probe = draws(offsets[4] * width, seed: 2)

    func gradients(of utterances: Range<Int>) throws -> [[Float]] {
      let engine = Engine(threads: 2, seed: 3)
      let rows = offsets[utterances.lowerBound]..<offsets[utterances.upperBound]
      let own = offsets[utterances.lowerBound...utterances.upperBound].map {
        $0 - rows.lowerBound
      }
      var sources: [Parameter] = []
      func make(_ shape: Int...) throws -> Node {
        let parameter = try engine.parameter(
          name: "\(sources.count)", shape: shape,
          initializer: Initializer(.uniform(low: -0.5, high: 0.5)))
        sources.append(parameter)
        return parameter.node
      }
      let x = try engine.constant(
        Array(features[rows.lowerBound * dim..<rows.upperBound * dim]),
        shape: [rows.count, dim])
      engine.beginBatch(x, offsets: own)
      #expect((x.blocks?.count ?? 1) == utterances.count)
      var y = try engine.conv1d(
        x, offsets: own, weight: make(dim, dim, 3), bias: make(dim), padding: 1)
      y = try engine.layerNorm(y, gamma: make(dim), beta: make(dim))
      y = try engine.mul(y, make(dim))
      let gates = cell.gates * hidden
      y = try engine.recurrent(
        cell, y, offsets: own,
        weights: [
          RecurrentWeights(
            input: make(gates, dim), recurrent: make(gates, hidden),
            inputBias: make(gates), recurrentBias: make(gates))
        ])
      // Windows of two frames, as a task makes them.
      let windows = own.dropLast().indices.flatMap { index in
        (own[index]..<own[index + 1]).flatMap { row in
          [max(row - 1, own[index]), row]
        }
      }
      y = try engine.reshape(
        engine.gatherRows(y, rows: windows), to: [rows.count, 2 * hidden])
      y = try engine.linear(y, weight: make(width, 2 * hidden), bias: nil)
      y = try engine.matmul(engine.tanh(y), make(width, width))
      try engine.backward(
        from: [y],
        gradients: [probe[rows.lowerBound * width..<rows.upperBound * width]])
      return try sources.map {
        Array(try #require($0.node.gradientValues))
      }
    }

    let parts = try (0..<4).map { try gradients(of: $0..<$0 + 1) }
    let whole = try gradients(of: 0..<4)
    for (index, sum) in whole.enumerated() {
      let tree = sum.indices.map {
        (parts[0][index][$0] + parts[1][index][$0])
          + (parts[2][index][$0] + parts[3][index][$0])
      }
      #expect(sum == tree, "parameter \(index)")
    }
  }

  @Test func lossesAreSummedBlockByBlock() throws {
    let engine = Engine(threads: 2, seed: 3)
    let offsets = Segments(of: [1000, 900, 800]).offsets
    let x = try engine.constant(draws(2700 * 4), shape: [2700, 4])
    engine.beginBatch(x, offsets: offsets)
    #expect(x.blocks == RowBlocks(cuts: [0, 1000, 2700]))
    let labels = (0..<2700).map { Int32($0 % 4) }
    let values = try [
      engine.crossEntropy(x, labels: labels).item,
      engine.sum(x).item,
      engine.sum(x, axis: 0).values[1],
    ]
    let part = { (rows: Range<Int>) -> [Double] in
      let part = try engine.rows(x, first: rows.lowerBound, count: rows.count)
      #expect(part.blocks == nil)
      return try [
        Double(
          engine.crossEntropy(part, labels: Array(labels[rows])).item)
          * Double(rows.count),
        Double(engine.sum(part).item),
        Double(engine.sum(part, axis: 0).values[1]),
      ]
    }
    let (first, second) = try (part(0..<1000), part(1000..<2700))
    let sums = zip(first, second).map { Float($0 + $1) }
    #expect(abs(values[0] - sums[0] / 2700) < 1e-6)
    #expect(abs(values[1] - sums[1]) < 1e-4)
    #expect(values[2] == sums[2])
    #expect(engine.batch != nil)
    engine.endStep()
    #expect(engine.batch == nil)
  }
}
