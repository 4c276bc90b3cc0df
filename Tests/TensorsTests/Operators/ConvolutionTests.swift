import Testing

@testable import Tensors

@Suite struct ConvolutionTests {
  @Test func offsetsFollowTheFormula() {
    for width in 1...4 {
      for stride in 1...3 {
        for padding in 0...2 {
          for dilation in 1...3 {
            let lengths = Array(0..<12)
            let made = Engine.convolutionOffsets(
              Segments(of: lengths).offsets, width: width, stride: stride,
              padding: padding, dilation: dilation)
            for (length, found) in zip(
              lengths, zip(made, made.dropFirst()).map { $1 - $0 })
            {
              // Places where all taps lie on the padded rows.
              let last = length + 2 * padding - dilation * (width - 1)
              let expected = Swift.stride(from: 0, to: last, by: stride)
              #expect(found == expected.map { $0 }.count)
            }
          }
        }
      }
    }
  }

  @Test func impossibleConvolutionsMakeNoRows() {
    let offsets = [0, 5, 9]
    let none = [0, 0, 0]
    #expect(Engine.convolutionOffsets(offsets, width: 0) == none)
    #expect(Engine.convolutionOffsets(offsets, width: 1, stride: 0) == none)
    #expect(Engine.convolutionOffsets(offsets, width: .max) == none)
    #expect(Engine.convolutionOffsets(offsets, width: 1, padding: -1) == none)
    #expect(Engine.convolutionOffsets([0, .min, .max], width: 1) == none)
    #expect(Engine.convolutionOffsets([], width: 1) == [0])
  }

  /// Large enough for several tiles.
  @Test func bitsDoNotDependOnThreads() throws {
    func bits(_ threads: Int) throws -> [[UInt32]] {
      let engine = Engine(threads: threads, seed: 1)
      let x = try engine.leaf(draws(150 * 96), [150, 96])
      let weight = try engine.leaf(draws(80 * 5 * 96, seed: 2), [80, 480])
      let taps = try engine.leaf(draws(64 * 20 * 3, seed: 3), [64, 20, 3])
      let offsets = [0, 70, 150]
      let y = try engine.tanh(
        engine.spliceLinear(
          x, offsets: offsets, weight: weight, bias: nil, width: 5,
          dilation: 2))
      let z = try engine.conv1d(
        y, offsets: Engine.convolutionOffsets(offsets, width: 5, dilation: 2),
        weight: taps, bias: nil, stride: 2, padding: 1, groups: 4)
      try engine.backward(from: engine.sum(z))
      return [z.values.map(\.bitPattern)]
        + [x, weight, taps].map {
          $0.gradientValues?.map(\.bitPattern) ?? []
        }
    }
    let first = try bits(1)
    #expect(first.allSatisfy { !$0.isEmpty })
    #expect(try bits(2) == first)
    #expect(try bits(3) == first)
  }

  /// Sums over taps and channels, number by number.
  private struct Reference {
    let pass: ConvolutionPass
    let x: [Float]
    let dy: [Float]
    let taps: [Float]

    private func forEachProduct(
      _ body: (_ x: Int, _ y: Int, _ tap: Int) -> Void
    ) {
      let walk = pass.convolution
      for part in 0..<pass.inputs.count {
        for row in 0..<pass.outputs.length(part) {
          for tap in 0..<walk.width {
            let from = walk.input(row, tap: tap)
            guard (0..<pass.inputs.length(part)).contains(from) else {
              continue
            }
            for output in 0..<pass.outputDim {
              let group = output / pass.outputChannels
              for channel in 0..<pass.inputChannels {
                body(
                  (pass.inputs.start(part) + from) * pass.inputDim
                    + group * pass.inputChannels + channel,
                  (pass.outputs.start(part) + row) * pass.outputDim + output,
                  output * pass.tapStride + tap * pass.inputChannels + channel)
              }
            }
          }
        }
      }
    }

    /// y, dx and the gradient of the taps.
    func values() -> [[Double]] {
      var (y, dx, dTaps) = (
        [Double](repeating: 0, count: dy.count),
        [Double](repeating: 0, count: x.count),
        [Double](repeating: 0, count: taps.count)
      )
      forEachProduct { from, to, tap in
        y[to] += Double(x[from]) * Double(taps[tap])
        dx[from] += Double(dy[to]) * Double(taps[tap])
        dTaps[tap] += Double(x[from]) * Double(dy[to])
      }
      return [y, dx, dTaps]
    }
  }

  private static let walks: [Convolution] = [
    Convolution(width: 1), Convolution(width: 3, padding: 1),
    Convolution(width: 5), Convolution(width: 3, dilation: 3),
    Convolution(width: 3, padding: 2, dilation: 2),
    // More zeros around than the taps reach.
    Convolution(width: 2, padding: 5),
    Convolution(width: 4, stride: 2, padding: 1),
    Convolution(width: 3, stride: 3, padding: 2, dilation: 2),
    Convolution(width: 2, stride: 4),
  ]

  /// Utterances of no row, too short ones, and one of several blocks; one
  /// panel of channels and several; all of them at a time and one by one.
  @Test(
    arguments: walks.indices, [(6, 9, 1), (6, 9, 3), (70, 200, 1), (8, 8, 8)])
  func sumsAreThoseOfTheFormula(
    walk: Int, channels: (inputs: Int, outputs: Int, groups: Int)
  ) {
    var walk = Self.walks[walk]
    walk.groups = channels.groups
    let lengths = channels.inputs < 70 ? [0, 1, 270, 2, 7, 40] : [5, 0, 31]
    let pass = ConvolutionPass(
      convolution: walk, inputs: Segments(of: lengths),
      outputs: Segments(of: lengths.map(walk.length)),
      inputDim: channels.inputs, outputDim: channels.outputs)
    let x = draws(pass.inputs.rows * pass.inputDim)
    let dy = draws(pass.outputs.rows * pass.outputDim, seed: 2)
    let taps = draws(pass.outputDim * pass.tapStride, seed: 3)
    let expected = Reference(pass: pass, x: x, dy: dy, taps: taps).values()

    let engine = Engine(threads: 2, seed: 1)
    let bias = draws(pass.outputDim, seed: 4)
    var y = [Float](repeating: .nan, count: dy.count)
    engine.fillOutputs(pass, x, taps, bias: bias, to: &y)
    for index in y.indices { y[index] -= bias[index % pass.outputDim] }
    expect(y, expected[0])

    var dx = [Float](repeating: .nan, count: x.count)
    engine.addInputGradient(pass, dy, taps, to: &dx, adding: false)
    expect(dx, expected[1])
    var more = [Float](repeating: 1, count: x.count)
    engine.addInputGradient(pass, dy, taps, to: &more, adding: true)
    #expect(zip(more, dx).allSatisfy { abs($0 - $1 - 1) < 1e-4 })

    var dTaps = [Float](repeating: 0, count: taps.count)
    engine.addWeightGradient(pass, x, dy, to: &dTaps)
    expect(dTaps, expected[2])
    var piecemeal = [Float](repeating: 0, count: taps.count)
    engine.addWeightGradient(pass, x, dy, to: &piecemeal, panelRoom: 1)
    #expect(piecemeal == dTaps)

    // Utterances in blocks, the first of which has rows under few taps.
    var blocks = pass
    blocks.blocks = RowBlocks(cuts: [0, 2, lengths.count])
    for start: Float in [0, 1] {
      var sum = [Float](repeating: start, count: taps.count)
      engine.addWeightGradient(blocks, x, dy, to: &sum)
      expect(sum, expected[2].map { $0 + Double(start) })
    }
  }

  private func expect(
    _ values: [Float], _ expected: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let scale = expected.lazy.map(abs).max() ?? 0
    let error = zip(values, expected).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(
      values.count == expected.count && error <= 3e-6 * max(scale, 1),
      "\(error) of \(scale)", sourceLocation: sourceLocation)
  }
}
