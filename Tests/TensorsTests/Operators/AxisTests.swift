import Testing

@testable import Tensors

/// Sums, means and largest numbers along an axis, and transposes.
@Suite struct AxisTests {
  let engine = Engine(threads: 2, seed: 1)

  @Test func eachAxisIsReduced() throws {
    let x = try engine.leaf((0..<24).map(Float.init), [2, 3, 4])
    let sum = try engine.sum(x, axis: 1)
    #expect(sum.shape == [2, 4])
    #expect(Array(sum.values) == [12, 15, 18, 21, 48, 51, 54, 57])
    let mean = try engine.mean(x, axis: 2)
    #expect(mean.shape == [2, 3])
    #expect(Array(mean.values) == [1.5, 5.5, 9.5, 13.5, 17.5, 21.5])
    let max = try engine.maximum(x, axis: 0)
    #expect(max.shape == [3, 4])
    #expect(Array(max.values) == (12..<24).map(Float.init))
    let all = try engine.sum(engine.leaf([1, 2, 4], [3]), axis: 0)
    #expect(all.shape == [] && all.item == 7)
  }

  @Test func emptyAxes() throws {
    let x = try engine.leaf([], [2, 0, 2])
    #expect(Array(try engine.sum(x, axis: 1).values) == [0, 0, 0, 0])
    let mean = try engine.mean(x, axis: 1).values
    #expect(mean.allSatisfy(\.isNaN) && mean.count == 4)
    #expect(try engine.maximum(x, axis: 2).count == 0)
    #expect(try engine.transpose(x).shape == [2, 2, 0])
  }

  @Test func theFirstOfEqualsGetsTheGradient() throws {
    let x = try engine.leaf([1, 3, 3, 2, 2, 2], [2, 3])
    try engine.backward(from: engine.sum(engine.maximum(x, axis: 1)))
    #expect(Array(try #require(x.gradientValues)) == [0, 1, 0, 1, 0, 0])
  }

  @Test func notANumberIsTheLargest() throws {
    let x = try engine.leaf([1, .nan, 3, .nan, -.infinity, 2], [2, 3])
    let y = try engine.maximum(x, axis: 1)
    #expect(y.values[0].isNaN && y.values[1].isNaN)
    try engine.backward(from: engine.sum(y))
    #expect(Array(try #require(x.gradientValues)) == [0, 1, 0, 1, 0, 0])
  }

  @Test func theLastTwoAxesChangePlaces() throws {
    let x = try engine.leaf((0..<12).map(Float.init), [2, 2, 3])
    let y = try engine.transpose(x)
    #expect(y.shape == [2, 3, 2])
    #expect(Array(y.values) == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let results = try [1, 2, 3, 7].map { threads in
      let engine = Engine(threads: threads, seed: 1)
      var bits: [UInt32] = []
      func keep(_ node: Node) { bits += node.values.map(\.bitPattern) }
      for shape in [[40_003], [301, 277], [19, 70, 65]] {
        let x = try engine.leaf(draws(shape.reduce(1, *)), shape)
        for axis in shape.indices {
          let sum = try engine.sum(x, axis: axis)
          let mean = try engine.mean(x, axis: axis)
          let max = try engine.maximum(x, axis: axis)
          for node in [sum, mean, max] { keep(node) }
          try engine.backward(
            from: engine.sum(engine.mul(engine.mul(sum, mean), max)))
        }
        guard shape.count > 1 else { continue }
        let row = try engine.leaf(
          draws(shape[shape.count - 1], from: 0.5, to: 2),
          [shape[shape.count - 1]])
        let quotient = try engine.divide(x, row)
        keep(quotient)
        let turned = try engine.transpose(quotient)
        keep(turned)
        try engine.backward(from: engine.sum(engine.mul(turned, turned)))
        for node in [x, row] {
          bits += try #require(node.gradientValues).map(\.bitPattern)
        }
      }
      return bits
    }
    for result in results { #expect(result == results[0]) }
  }
}
