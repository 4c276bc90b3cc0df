import Testing

@testable import Tensors

/// PyTorch's numbers, written by Fixtures/make_sequence_fixtures.py.
struct SequenceFixture: Decodable {
  let name: String
  let inputs: [Fixture.Array]
  let probe: [Float]
  let output: Fixture.Array
  let gradients: [[Float]]
  let lists: [String: [Int]]
  let numbers: [String: Double]
  let moved: [[Float]]?

  static var all: [SequenceFixture] {
    get throws { try Fixture.read([SequenceFixture].self, "sequences") }
  }

  func list(_ key: String) throws -> [Int] { try #require(lists[key]) }
  func number(_ key: String) throws -> Double { try #require(numbers[key]) }
  func integer(_ key: String) throws -> Int { Int(try number(key)) }
}

/// Values and gradients are PyTorch's, and their bits do not depend on the
/// number of threads.
@Suite struct SequenceFixtureTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixtures = try SequenceFixture.all
    #expect(Set(fixtures.map(\.name)).count == 17)
    for fixture in fixtures {
      var first: [[UInt32]]?
      for threads in [1, 2, 3] {
        let bits = try check(fixture, Engine(threads: threads, seed: 1))
        #expect(bits == first ?? bits, "\(fixture.name), \(threads) threads")
        first = first ?? bits
      }
    }
  }

  /// The bits of the value and of the gradients.
  private func check(
    _ fixture: SequenceFixture, _ engine: Engine
  ) throws -> [[UInt32]] {
    let inputs = try fixture.inputs.map {
      try engine.leaf($0.values, $0.shape)
    }
    let y = try value(fixture, engine, inputs)
    #expect(y.shape.array == fixture.output.shape)
    #expect(
      difference(y.values, fixture.output.values) < 2e-6, "\(fixture.name)")
    try engine.backward(from: engine.probe(y, fixture.probe))
    for (index, expected) in fixture.gradients.enumerated() {
      let zeros = [Float](repeating: 0, count: expected.count)
      let gradient = inputs[index].gradientValues.map(Array.init) ?? zeros
      #expect(
        difference(gradient, expected) < 1e-5,
        "\(fixture.name), input \(index)")
    }
    for (running, expected) in zip(inputs.suffix(2), fixture.moved ?? []) {
      #expect(difference(running.values, expected) < 1e-6)
    }
    return [y.values.map(\.bitPattern)]
      + inputs.map { $0.gradientValues?.map(\.bitPattern) ?? [] }
  }

  private func value(
    _ fixture: SequenceFixture, _ engine: Engine, _ inputs: [Node]
  ) throws -> Node {
    let x = inputs[0]
    let offsets = fixture.lists["offsets"] ?? []
    switch fixture.name {
    case "ctc_loss":
      var rest = try fixture.list("targets").map(Int32.init)[...]
      let targets = try fixture.list("target_lengths").map { length in
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
      }
      return try engine.ctcLoss(
        x, offsets: offsets, targets: targets,
        blank: Int32(fixture.integer("blank")),
        zeroInfinity: fixture.integer("zero_infinity") == 1)
    case "gather_rows":
      return try engine.gatherRows(x, rows: fixture.list("rows"))
    case "concat_rows": return try engine.concatRows(inputs)
    case "conv1d":
      return try engine.conv1d(
        x, offsets: offsets, weight: inputs[1], bias: inputs[2],
        stride: fixture.integer("stride"),
        padding: fixture.integer("padding"),
        dilation: fixture.integer("dilation"),
        groups: fixture.integer("groups"))
    case "splice_linear":
      return try engine.spliceLinear(
        x, offsets: offsets, weight: inputs[1], bias: inputs[2],
        width: fixture.integer("width"),
        dilation: fixture.integer("dilation"))
    case "segment_statistics":
      return try engine.segmentStatistics(x, offsets: offsets)
    case "segment_softmax":
      return try engine.segmentSoftmax(x, offsets: offsets)
    case "segment_weighted_sum":
      return try engine.segmentWeightedSum(
        x, weights: inputs[1], offsets: offsets)
    case "pit_bce":
      let (loss, matched) = try engine.pitBCE(
        x, labels: fixture.list("targets").map(Float.init), offsets: offsets)
      #expect(try matched.map(Int.init) == fixture.list("matched"))
      return loss
    case "bce_with_logits":
      return try engine.bceWithLogits(
        x, targets: fixture.list("targets").map(Float.init))
    case "am_softmax", "aam_softmax":
      let apply =
        fixture.name == "am_softmax" ? engine.amSoftmax : engine.aamSoftmax
      return try apply(
        x, inputs[1], fixture.list("labels").map(Int32.init),
        fixture.number("scale"), fixture.number("margin"))
    case "normalize_rows":
      return try engine.normalizeRows(x, epsilon: fixture.number("epsilon"))
    case "time_warp":
      let numbers = try fixture.list("warps")
      let warps = stride(from: 0, to: numbers.count, by: 2).map {
        SpecAugmentPlan.Warp(center: numbers[$0], target: numbers[$0 + 1])
      }
      let none = warps.map { _ in [Range<Int>]() }
      return engine.specAugment(
        x, try Segments("time_warp", offsets, of: x),
        SpecAugmentPlan(warps: warps, frequencyMasks: none, timeMasks: none))
    case "batch_norm":
      func norm() throws -> Node {
        try engine.batchNorm(
          x, gamma: inputs[1], beta: inputs[2], runningMean: inputs[3],
          runningVariance: inputs[4], momentum: fixture.number("momentum"))
      }
      return try fixture.integer("training") == 1
        ? norm() : engine.evaluating(recordingGradients: true, norm)
    case "group_norm":
      return try engine.groupNorm(
        x, offsets: offsets, groups: fixture.integer("groups"),
        gamma: inputs[1], beta: inputs[2])
    case "attention":
      return try engine.attention(
        x, inputs[1], inputs[2], offsets: offsets,
        heads: fixture.integer("heads"),
        bias: inputs.count > 3 ? inputs[3] : nil)
    default:
      throw OperatorError(fixture.name, "no such operator")
    }
  }
}
