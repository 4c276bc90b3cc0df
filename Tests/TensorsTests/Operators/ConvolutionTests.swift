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
}
