import Testing

@testable import Tensors

/// Values and gradients are PyTorch's.
@Suite struct OperatorFixtureTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    for fixture in try Fixture.read([Fixture.Operator].self, "operators") {
      for threads in [1, 3] {
        try check(fixture, Engine(threads: threads, seed: 1))
      }
    }
  }

  private func check(_ fixture: Fixture.Operator, _ engine: Engine) throws {
    let inputs = try fixture.inputs.map {
      try engine.leaf($0.values, $0.shape)
    }
    let states = fixture.inputs[0]
    try states.values.withUnsafeBufferPointer { numbers in
      let x = inputs[0]
      let y: Node
      switch fixture.name {
      case "relu": y = try engine.relu(x)
      case "gelu": y = try engine.gelu(x)
      case "tanh": y = try engine.tanh(x)
      case "sigmoid": y = try engine.sigmoid(x)
      case "exp": y = try engine.exp(x)
      case "log": y = try engine.log(x)
      case "softmax": y = try engine.softmax(x)
      case "log_softmax": y = try engine.logSoftmax(x)
      case "layer_norm":
        y = try engine.layerNorm(x, gamma: inputs[1], beta: inputs[2])
      case "layer_norm_plain":
        y = try engine.layerNorm(x, gamma: nil, beta: nil)
      case "linear":
        y = try engine.linear(x, weight: inputs[1], bias: inputs[2])
      case "matmul": y = try engine.matmul(x, inputs[1])
      case "cross_entropy":
        y = try engine.crossEntropy(x, labels: try #require(fixture.labels))
      case "segment_mean":
        y = try engine.segmentMean(x, offsets: try #require(fixture.offsets))
      case "weighted_sum":
        let utterance = LayeredStates(
          .float32(try #require(numbers.baseAddress)),
          layers: states.shape[0], frames: states.shape[1],
          dim: states.shape[2])
        y = try engine.weightedSum(
          [utterance], weights: engine.softmax(inputs[1]),
          normalize: fixture.normalize == true)
      default:
        Issue.record("no operator for fixture \(fixture.name)")
        return
      }
      #expect(y.shape.array == fixture.output.shape)
      #expect(
        difference(y.values, fixture.output.values) < 1e-6, "\(fixture.name)")
      try engine.backward(from: engine.probe(y, fixture.probe))
      for (input, expected) in zip(inputs, fixture.gradients) {
        // States get no gradient.
        guard fixture.name != "weighted_sum" || input !== x else { continue }
        #expect(
          difference(try #require(input.gradientValues), expected) < 2e-6,
          "\(fixture.name)")
      }
    }
  }
}
