import Testing

@testable import Tensors

@Suite struct ParameterTests {
  @Test func drawsDependOnNameAndSeedNotOnOrder() throws {
    let uniform = Initializer(.uniform(low: -2, high: 3))
    let (a, b) = (Engine(threads: 1, seed: 1), Engine(threads: 2, seed: 1))
    let first = try a.parameter(name: "x", shape: [50], initializer: uniform)
    try b.parameter(name: "y", shape: [9], initializer: uniform)
    let second = try b.parameter(name: "x", shape: [50], initializer: uniform)
    #expect(Array(first.values) == Array(second.values))
    #expect(first.values.allSatisfy { $0 >= -2 && $0 < 3 })
    let other = Engine(threads: 1, seed: 2)
    let third = try other.parameter(
      name: "x", shape: [50], initializer: uniform)
    #expect(Array(first.values) != Array(third.values))
    let named = try other.parameter(
      name: "z", shape: [50],
      initializer: Initializer(uniform.distribution, seed: 4))
    let again = try a.parameter(
      name: "z", shape: [50],
      initializer: Initializer(uniform.distribution, seed: 4))
    #expect(Array(named.values) == Array(again.values))
  }

  @Test func normalDrawsHaveTheirMoments() throws {
    let engine = Engine(threads: 1, seed: 8)
    let x = try engine.parameter(
      name: "x", shape: [200, 500],
      initializer: Initializer(.normal(mean: 1, deviation: 2))
    ).values
    let mean = x.reduce(0) { $0 + Double($1) } / 1e5
    let variance =
      x.reduce(0) {
        $0 + (Double($1) - mean) * (Double($1) - mean)
      } / 1e5
    #expect(abs(mean - 1) < 0.03)
    #expect(abs(variance - 4) < 0.08)
  }

  @Test func namesAreUniqueAndShapesAreShapes() throws {
    let engine = Engine(threads: 1, seed: 1)
    try engine.parameter(name: "x", shape: [2])
    #expect(throws: OperatorError.self) {
      try engine.parameter(name: "x", shape: [2])
    }
    #expect(throws: OperatorError.self) {
      try engine.parameter(name: "y", shape: [-1])
    }
    #expect(engine.parameters.map(\.name) == ["x"])
  }

  @Test func numbersAreAssignedByName() throws {
    let engine = Engine(threads: 1, seed: 1)
    try engine.parameter(
      name: "x", shape: [2], initializer: Initializer(.constant(7)))
    let x = try #require(engine.parameter(named: "x"))
    #expect(Array(x.values) == [7, 7])
    try x.assign([1, 2])
    engine.endStep()
    #expect(Array(x.values) == [1, 2])
    #expect(throws: OperatorError.self) { try x.assign([1]) }
    #expect(engine.parameter(named: "y") == nil)
  }

  @Test func buffersAreNotTrained() throws {
    let engine = Engine(threads: 1, seed: 1)
    let buffer = try engine.parameter(name: "b", shape: [1], isBuffer: true)
    let x = try engine.parameter(name: "x", shape: [1])
    try engine.backward(from: engine.sum(engine.add(x.node, buffer.node)))
    #expect(buffer.node.gradientValues == nil)
    #expect(engine.trainableParameters.map(\.name) == ["x"])
  }
}

@Suite struct ClippingTests {
  func engine(_ gradients: [[Float]]) throws -> Engine {
    let engine = Engine(threads: 2, seed: 1)
    for (index, gradient) in gradients.enumerated() {
      let x = try engine.parameter(name: "\(index)", shape: [gradient.count])
      try engine.backward(from: engine.probe(x.node, gradient))
    }
    return engine
  }

  func gradients(_ engine: Engine) -> [Float] {
    engine.parameters.flatMap {
      Array($0.node.gradientValues ?? .init(start: nil, count: 0))
    }
  }

  @Test func theNormIsJointAndGradientsAreScaledDown() throws {
    let engine = try engine([[3], [0, 4]])
    #expect(engine.clipGradients(maximumNorm: 1) == 5)
    #expect(difference(gradients(engine), [0.6, 0, 0.8]) < 1e-6)
  }

  @Test(arguments: [
    (GradientNorm.power(1), 7.0), (.power(3), 4.497941445275415),
    (.infinity, 4), (.euclidean, 5),
  ]) func theNormIsTheOneThatIsAskedFor(
    _ kind: GradientNorm, value: Double
  ) throws {
    let engine = try engine([[3], [0, -4]])
    let norm = Engine.clipGradients(of: [engine], maximumNorm: 1, norm: kind)
    #expect(abs(norm - value) < 1e-12)
    let share = Float(1 / value)
    #expect(
      difference(gradients(engine), [3 * share, 0, -4 * share]) < 1e-5)
    let broken = try self.engine([[3, .nan], [100]])
    #expect(
      Engine.clipGradients(of: [broken], maximumNorm: 1, norm: kind).isNaN)
  }

  @Test func shortGradientsStay() throws {
    let engine = try engine([[3], [0, 4]])
    #expect(engine.clipGradients(maximumNorm: 6) == 5)
    #expect(gradients(engine) == [3, 0, 4])
  }

  @Test func nanIsReportedAndNothingScaled() throws {
    let engine = try engine([[3, .nan], [100]])
    #expect(engine.clipGradients(maximumNorm: 1).isNaN)
    #expect(gradients(engine)[2] == 100)
  }

  @Test func longGradientsAreSummedInDouble() throws {
    let engine = try engine([[Float](repeating: 0.1, count: 300_000)])
    let expected = (300_000 * Double(Float(0.1)) * Double(Float(0.1)))
      .squareRoot()
    #expect(abs(engine.clipGradients(maximumNorm: 1) - expected) < 1e-9)
  }
}

/// Gradients of utterances that go through one by one are summed by blocks.
@Suite struct GradientBlockTests {
  @Test(arguments: [1, 3, 4, 9])
  func blocksAreSummedInATree(utterances: Int) throws {
    let engine = Engine(threads: 1, seed: 1)
    let parameter = try engine.parameter(name: "w", shape: [3])
    _ = try engine.parameter(name: "unused", shape: [2])
    let values = (0..<utterances).map { draws(3, seed: UInt64($0 + 1)) }
    let before = draws(3, seed: 77)
    func add(_ values: [Float]) throws {
      try engine.backward(
        from: engine.sum(
          engine.mul(
            parameter.node, engine.constant(values, shape: [3]))))
      engine.endStep()
    }
    try add(before)
    try Engine.sumGradients(of: [engine], utterances: utterances) {
      try add(values[$0])
    }
    let count = utterances >= 4 ? 4 : utterances >= 2 ? 2 : 1
    let blocks = (0..<count).map { block in
      values[
        utterances * block / count..<utterances * (block + 1) / count
      ].reduce([0, 0, 0]) { zip($0, $1).map(+) }
    }
    var sums = blocks
    while sums.count > 1 {
      sums = stride(from: 0, to: sums.count, by: 2).map {
        zip(sums[$0], sums[$0 + 1]).map(+)
      }
    }
    let expected = zip(sums[0], before).map(+)
    #expect(Array(try #require(parameter.node.gradientValues)) == expected)
    #expect(engine.parameter(named: "unused")?.node.gradientValues == nil)
  }
}
