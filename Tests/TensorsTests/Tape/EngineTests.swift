import Testing

@testable import Tensors

/// Steps, gradients and memory.
@Suite struct EngineTests {
  /// A small classifier: one training step's nodes, of changing sizes.
  func train(_ engine: Engine, rows: Int) throws -> Float {
    let weight = try #require(engine.parameter(named: "weight")).node
    let bias = try #require(engine.parameter(named: "bias")).node
    let x = try engine.constant(draws(rows * 20), shape: [rows, 20])
    let hidden = try engine.gelu(
      engine.linear(
        engine.dropout(x, probability: 0.1), weight: weight, bias: bias))
    let pooled = try engine.segmentMean(hidden, offsets: [0, rows / 2, rows])
    let loss = try engine.crossEntropy(pooled, labels: [1, 3])
    try engine.backward(from: loss)
    let value = loss.item
    engine.endStep()
    return value
  }

  func makeEngine(threads: Int = 2) throws -> Engine {
    let engine = Engine(threads: threads, seed: 11)
    let uniform = Initializer(.uniform(low: -0.2, high: 0.2))
    try engine.parameter(
      name: "weight", shape: [30, 20], initializer: uniform)
    try engine.parameter(name: "bias", shape: [30], initializer: uniform)
    return engine
  }

  @Test func memoryDoesNotGrowWithSteps() throws {
    let engine = try makeEngine()
    for step in 0..<100 { _ = try train(engine, rows: 10 + step * 37 % 90) }
    let (held, peak) = (engine.heldBytes, engine.peakBytes)
    for step in 0..<1000 {
      engine.step = UInt64(step)
      _ = try train(engine, rows: 10 + step * 37 % 90)
      engine.zeroGradients()
    }
    #expect(engine.heldBytes == held)
    #expect(engine.peakBytes == peak)
    #expect(peak > 0 && held < 4 * peak)
  }

  @Test func bitsOfATrainingStepDoNotDependOnThreads() throws {
    let results = try [1, 2, 3, 7].map { threads in
      let engine = try makeEngine(threads: threads)
      let loss = try train(engine, rows: 3001)
      let norm = engine.clipGradients(maximumNorm: 1e-3)
      return [loss, Float(norm)]
        + engine.parameters.flatMap { Array($0.node.gradientValues!) }
    }
    for result in results { #expect(result == results[0]) }
  }

  @Test func gradientsAccumulateUntilTheyAreZeroed() throws {
    let engine = try makeEngine()
    func train() throws {
      _ = try engine.evaluating(recordingGradients: true) {
        try self.train(engine, rows: 30)
      }
    }
    try train()
    let node = try #require(engine.parameter(named: "weight")).node
    let once = Array(try #require(node.gradientValues))
    try train()
    let twice = try #require(node.gradientValues)
    #expect(difference(twice, once.map { 2 * $0 }) < 1e-6)
    engine.zeroGradients()
    #expect(node.gradientValues == nil)
    try train()
    #expect(Array(try #require(node.gradientValues)) == once)
  }

  @Test func backwardScales() throws {
    let engine = Engine(threads: 1, seed: 1)
    let x = try engine.leaf([1, 2], [2])
    try engine.backward(from: engine.sum(engine.mul(x, x)), scale: 0.25)
    #expect(Array(try #require(x.gradientValues)) == [0.5, 1])
  }

  @Test func evaluationRecordsNothing() throws {
    let engine = try makeEngine()
    _ = try engine.recordingGradients(false) { try train(engine, rows: 10) }
    #expect(engine.parameters.allSatisfy { $0.node.gradientValues == nil })
  }

  @Test func aLossHasRankZero() throws {
    let engine = Engine(threads: 1, seed: 1)
    let x = try engine.leaf([1, 2], [2])
    #expect(throws: OperatorError.self) { try engine.backward(from: x) }
  }

  @Test func aBranchWithoutGradientIsSkipped() throws {
    let engine = Engine(threads: 1, seed: 1)
    let x = try engine.leaf([1, 2], [2])
    _ = try engine.exp(x)
    try engine.backward(from: engine.sum(x))
    #expect(Array(try #require(x.gradientValues)) == [1, 1])
  }

  @Test(arguments: [1, 15, 16, 17, 63, 64, 65, 100, 1000, 12345, 1 << 20])
  func sizeClassesFitAndWasteLittle(count: Int) {
    let sizeClass = Arena.sizeClass(forCount: count)
    let bytes = Arena.bytes(ofClass: sizeClass)
    #expect(bytes >= 4 * count)
    #expect(bytes <= max(64, 4 * count * 5 / 4 + 64))
    #expect(
      sizeClass == 0 || Arena.bytes(ofClass: sizeClass - 1) < 4 * count)
  }
}
