import Testing

@testable import Tensors

/// What does not fit is refused with the operator's name and the shapes.
@Suite struct ShapeErrorTests {
  let engine = Engine(threads: 1, seed: 1)

  func make(_ shape: [Int]) throws -> Node {
    try engine.constant(draws(shape.reduce(1, *)), shape: shape)
  }

  func refuses(
    _ fragment: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Node
  ) {
    do {
      _ = try body()
      Issue.record("no error", sourceLocation: sourceLocation)
    } catch {
      #expect(
        "\(error)".contains(fragment), "\(error)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func messagesNameTheOperatorAndTheShapes() throws {
    let x = try make([2, 3])
    refuses("linear: x is [2, 3] and weight [4, 5]") {
      try engine.linear(x, weight: make([4, 5]), bias: nil)
    }
    refuses("linear: weight is [4, 3] and bias [5]") {
      try engine.linear(x, weight: make([4, 3]), bias: make([5]))
    }
    refuses("matmul: x is [2, 3] and y [2, 3]") { try engine.matmul(x, x) }
    refuses("matmul: x is [2, 3] and y [3]") {
      try engine.matmul(x, make([3]))
    }
    refuses("add: x is [2, 3] and y [2]") { try engine.add(x, make([2])) }
    refuses("mul: x is [2, 3] and y [3, 2]") {
      try engine.mul(x, make([3, 2]))
    }
    refuses("div: x is [2, 3] and y [2]") { try engine.divide(x, make([2])) }
    refuses("sum: [2, 3] has no axis 2") { try engine.sum(x, axis: 2) }
    refuses("mean: [2, 3] has no axis -1") { try engine.mean(x, axis: -1) }
    refuses("max: axis 1 of [2, 0] is empty") {
      try engine.maximum(make([2, 0]), axis: 1)
    }
    refuses("transpose: x is [3]") { try engine.transpose(make([3])) }
    refuses("reshape: [2, 3]") { try engine.reshape(x, to: [4]) }
    refuses("reshape") { try engine.reshape(x, to: [-2, -3]) }
    refuses("reshape") { try engine.reshape(x, to: [1, 1, 1, 2, 3]) }
    refuses("no 2 rows from 1 on in [2, 3]") {
      try engine.rows(x, first: 1, count: 2)
    }
    refuses("no -1 columns") { try engine.columns(x, first: 0, count: -1) }
    refuses("columns") { try engine.columns(x, first: .max, count: .max) }
    refuses("concat_columns") { try engine.concatColumns([x, make([3, 3])]) }
    refuses("concat_columns") { try engine.concatColumns([]) }
    refuses("layer_norm: x is [2, 3], and gamma or beta [2]") {
      try engine.layerNorm(x, gamma: make([2]), beta: nil)
    }
    refuses("softmax") { try engine.softmax(make([])) }
    refuses("softmax") { try engine.softmax(make([2, 0])) }
    refuses("segment_mean: utterance 1 has no rows") {
      try engine.segmentMean(x, offsets: [0, 1, 1, 2])
    }
    refuses("segment_mean") { try engine.segmentMean(x, offsets: [0, 3]) }
    refuses("segment_mean") { try engine.segmentMean(x, offsets: []) }
    refuses("cross_entropy: label 3 of row 1") {
      try engine.crossEntropy(x, labels: [0, 3])
    }
    refuses("cross_entropy: label -1 of row 0") {
      try engine.crossEntropy(x, labels: [-1, 0])
    }
    refuses("there are 1 labels") {
      try engine.crossEntropy(x, labels: [0])
    }
    refuses("dropout: 1.5") { try engine.dropout(x, probability: 1.5) }
    refuses("dropout") { try engine.dropout(x, probability: .nan) }
    refuses("constant") { try engine.constant([1], shape: [2]) }
    refuses("constant") { try engine.constant([1], shape: [.max, .max]) }
  }

  @Test func refusesTensorsOfEndedStepsAndOtherExperts() throws {
    let old = try make([2, 2])
    engine.endStep()
    refuses("used after its step") { try engine.relu(old) }
    #expect(old.values.isEmpty)
    let other = Engine(threads: 1, seed: 1)
    let strange = try other.constant([1, 2], shape: [2])
    refuses("belongs to another expert") {
      try engine.add(make([2]), strange)
    }
  }

  @Test func emptyTensorsAreFine() throws {
    let x = try engine.leaf([], [0, 3])
    let y = try engine.linear(
      x, weight: make([2, 3]), bias: make([2]))
    #expect(y.shape == [0, 2])
    try engine.backward(from: engine.sum(engine.gelu(y)))
    let loss = try engine.crossEntropy(y, labels: [])
    #expect(loss.item.isNaN)
    let inner = try engine.matmul(make([2, 0]), make([0, 2]))
    #expect(Array(inner.values) == [0, 0, 0, 0])
  }
}
