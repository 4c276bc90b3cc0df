import Foundation
import TaskABI
import TaskKit
import Testing

/// A task that hands its context to the test.
final class ContextTask: DownstreamExpert {
  static let descriptor = TaskDescriptor(
    id: "context", title: "context", summary: "Lends its context.",
    metrics: [.accuracy], scalarPrefix: "context")

  nonisolated(unsafe) static var body: ((TaskContext) throws -> Void)?

  init(_ context: TaskContext) throws { try Self.body?(context) }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    throw TaskError.unknownSplit(pass.split, known: [])
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    batch.frames
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {}
}

/// Runs `body` where an expert would be made.
func withContext(
  _ host: TestHost = TestHost(),
  _ body: @escaping (TaskContext) throws -> Void
) throws {
  ContextTask.body = body
  defer { ContextTask.body = nil }
  _ = try TestExperiment(ContextTask.self, host)
}

extension SharedContextTests {
  @Test func operatorsReachTheirFunctions() throws {
    try withContext { context in
      let x = context.constant([1, -2, 3, 4, 5, 6], shape: [2, 3])
      let y = context.constant([1, 10, 100], shape: [3])
      #expect((x + y).values == [2, 8, 103, 5, 15, 106])
      #expect((x - y).values == [0, -12, -97, 3, -5, -94])
      #expect((x * y).values == [1, -20, 300, 4, 50, 600])
      #expect(x.scaled(by: 2, plus: 1).values == [3, -3, 7, 9, 11, 13])
      #expect((0.5 * x).values == [0.5, -1, 1.5, 2, 2.5, 3])
      #expect(x.relu().values == [1, 0, 3, 4, 5, 6])
      #expect(x.columns(1..<3).values == [-2, 3, 5, 6])
      #expect(x.rows(1..<2).values == [4, 5, 6])
      #expect(x.reshaped([3, 2]).shape == [3, 2])
      #expect(
        x.columns(0..<1).concatenatingColumns(x.columns(2..<3)).values
          == [1, 3, 4, 6])
      #expect(x.matmul(x, otherTransposed: true).values == [14, 12, 12, 77])
      #expect(x.matmul(x, transposed: true).shape == [3, 3])
      #expect(x.segmentMean([0, 2]).values == [2.5, 1.5, 4.5])
      #expect(x.sum().values == [17])
      #expect(x.sum().shape == [])
      #expect(x.mean().values == [17 / 6])
      #expect(x.dropout(0.5).values == x.values)
      #expect(abs(x.softmax().values[..<3].reduce(0, +) - 1) < 1e-6)
      #expect(abs(x.logSoftmax().values[2] - -0.1328453) < 1e-5)
      #expect(x.tanh().values[0] == Foundation.tanh(Float(1)))
      #expect(abs(x.sigmoid().values[0] - 0.7310586) < 1e-6)
      #expect(abs(x.gelu().values[0] - 0.8413447) < 1e-6)
      #expect(abs(x.exp().log().values[3] - 4) < 1e-6)
      #expect(
        abs(x.crossEntropy([2, -100]).values[0] - 0.1328453) < 1e-5)
      let normal = x.layerNorm(gamma: nil, beta: y)
      #expect(abs(normal.values[1] - (10 - 1.2977713)) < 1e-3)
    }
  }

  @Test func argmaxTakesTheFirstOfEqualsAndNaN() throws {
    try withContext { context in
      let x = context.constant(
        [1, 3, 3, -1, -2, -1, 5, .nan, 9], shape: [3, 3])
      #expect(x.argmax() == [1, 0, 1])
    }
  }

  @Test func nullFlowsThroughEverything() throws {
    try withContext { context in
      let null = context.constant([1], shape: [2])
      let x = context.constant([1, 2], shape: [1, 2])
      #expect(null.isNull)
      #expect((x + null).isNull && (null + x).isNull)
      #expect(x.linear(weight: x, bias: null).isNull)
      #expect(x.layerNorm(gamma: null, beta: nil).isNull)
      #expect(null.relu().softmax().crossEntropy([0]).isNull)
      #expect(x.concatenatingColumns(null).isNull)
      #expect(null.values.isEmpty && null.shape.isEmpty)
      #expect(null.argmax().isEmpty)
    }
  }

  @Test func layersBeginAsPyTorchs() throws {
    let host = TestHost()
    try withContext(host) { context in
      let linear = try Linear(
        from: 16, to: 2, in: context.parameters["a"]["b"].seeded(9))
      _ = try Linear(
        from: 4, to: 2, hasBias: false, in: context.parameters["c"])
      let norm = try LayerNorm(2, in: context.parameters["norm"])
      let x = context.constant([1, 3], shape: [1, 2])
      #expect(
        linear(
          context.constant(
            [Float](repeating: 0, count: 16), shape: [1, 16])
        ).shape == [1, 2])
      #expect(abs(norm(x).values[0] - -1) < 1e-4)
      #expect(Dropout(0.3)(x).values == x.values)
      #expect(throws: TaskError.self) {
        try LayerNorm(2, in: context.parameters["norm"])
      }
    }
    let weight = try #require(host.engine.parameters["a.b.weight"])
    #expect(weight.shape == [2, 16])
    #expect(weight.start.kind == SUPERB_INIT_UNIFORM)
    #expect(weight.start.a == -0.25 && weight.start.b == 0.25)
    #expect(weight.start.seed == 9)
    let bias = try #require(host.engine.parameters["a.b.bias"])
    #expect(bias.start.a == -0.25 && bias.shape == [2])
    #expect(host.engine.parameters["c.weight"]?.start.seed == -1)
    #expect(host.engine.parameters["c.bias"] == nil)
    #expect(host.engine.parameters["norm.weight"]?.start.a == 1)
  }

  @Test func frameLevelNamesItsLayersAsS3PRL() throws {
    let host = TestHost()
    try withContext(host) { context in
      let head = try FrameLevel(
        from: 3, to: 2, hiddens: [4, 5], activation: .tanh,
        in: context.parameters["model"])
      let x = context.constant([1, 2, 3], shape: [1, 3])
      #expect(head(x).shape == [1, 2])
    }
    let shapes = host.engine.parameters.mapValues(\.shape)
    #expect(
      shapes == [
        "model.hiddens.0.weight": [4, 3], "model.hiddens.0.bias": [4],
        "model.hiddens.2.weight": [5, 4], "model.hiddens.2.bias": [5],
        "model.linear.weight": [2, 5], "model.linear.bias": [2],
      ])
  }

  @Test func customOperatorRunsBothWaysAndIsFreed() throws {
    final class Token {}
    weak var alive: Token?
    let host = TestHost()
    try withContext(host) { context in
      let token = Token()
      alive = token
      let square = CustomOperator("square") { shapes, inputs, output in
        _ = token
        #expect(shapes.inputs == [[2]] && shapes.output == [2])
        for index in output.indices {
          output[index] = inputs[0][index] * inputs[0][index]
        }
      } backward: { _, inputs, _, gradient, into in
        for index in gradient.indices {
          into[0]?[index] += 2 * inputs[0][index] * gradient[index]
        }
      }
      let x = context.constant([2, 3], shape: [2])
      #expect(context.apply(square, to: [x], shape: [2]).values == [4, 9])
      var table = host.engine.customs[0]
      let input: [Float] = [2, 3]
      let ones: [Float] = [1, 1]
      var gradient: [Float] = [10, 20]
      let status = input.withUnsafeBufferPointer { input in
        gradient.withUnsafeMutableBufferPointer { gradient in
          TestEngine.withShapes([[2]], output: [2]) {
            table.backward(
              &table, $0, [input.baseAddress], ones, ones,
              [gradient.baseAddress])
          }
        }
      }
      #expect(status == SUPERB_OK)
      #expect(gradient == [14, 26])
      let failing = CustomOperator("failing") { _, _, _ in
        throw TaskError(.unsupported, "cannot")
      }
      #expect(context.apply(failing, to: [x], shape: [2]).isNull)
      #expect(host.failures.first?.message == "cannot")
    }
    host.engine.endStep()
    #expect(alive == nil)
  }

  @Test func configurationHasTypesAndDefaults() throws {
    let host = TestHost(config: [
      "a.flag": .bool(true), "a.count": .integer(4), "a.rate": .number(0.5),
      "a.name": .text("x"), "a.none": .null, "a.sizes": .list(2),
      "a.sizes.0": .integer(8), "a.sizes.1": .integer(9),
      "a": .map(["flag", "count"]),
    ])
    try withContext(host) { context in
      let config = context.config
      #expect(try config.bool("a.flag", default: false))
      #expect(try config.integer("a.count", default: 1) == 4)
      #expect(try config.number("a.count", default: 1) == 4)
      #expect(try config.number("a.rate", default: 1) == 0.5)
      #expect(try config.string("a.name", default: "y") == "x")
      #expect(try config.string("a.none", default: "y") == "y")
      #expect(try config.integers("a.sizes", default: []) == [8, 9])
      #expect(try config.integers("a.other", default: [1]) == [1])
      #expect(try config.keys("a") == ["flag", "count"])
      #expect {
        _ = try config.integer("a.name", default: 1)
      } throws: {
        ($0 as? TaskError)?.message
          == "downstream_expert.a.name must be an integer"
      }
      #expect(throws: TaskError.self) {
        try config.integer("a.count", default: 1, atLeast: 5)
      }
      #expect(throws: TaskError.self) {
        try config.choice("a.name", of: ["y", "z"], default: "y")
      }
      let info = try context.audioInfo("known.wav")
      #expect(info.channels == 2 && info.sampleRate == 44_100)
      #expect(info.samples == 12)
      #expect(throws: TaskError.self) { try context.audioInfo("unknown.wav") }
      try context.progress(0.5, "testing")
      host.isCancelled = true
      #expect {
        try context.progress(0.5, "testing")
      } throws: { ($0 as? TaskError)?.status == .cancelled }
    }
  }
}

/// Tests that lend one context after another.
@Suite(.serialized) struct SharedContextTests {}
