import Diagnostics
import Tensors
import Testing

@testable import Models

@Suite struct TrainableModelTests {
  private func make(
    _ name: String, engine: Engine, trainsFrontEnd: Bool = true
  ) throws -> TrainableModel {
    let fixture = try ModelFixture(name)
    return try TrainableModel(
      configuration: fixture.configuration, tensors: fixture.tensors,
      engine: engine, prefix: "", trainsFrontEnd: trainsFrontEnd)
  }

  /// The fixtures' probe, as gradients of each state.
  private func probe(_ states: TrainableStates) -> [[Float]] {
    let size = states.layers[0].count
    let numbers = ModelFixture.waveform(states.layers.count * size)
    return states.layers.indices.map {
      Array(numbers[$0 * size..<($0 + 1) * size])
    }
  }

  private func largest(_ values: some Sequence<Float>) -> Float {
    values.lazy.map(abs).max() ?? 0
  }

  @Test(arguments: GradientFixture.names)
  func gradientsAreThoseOfTheReference(name: String) throws {
    let fixture = try GradientFixture(name)
    let engine = Engine(threads: 2, seed: 1)
    let model = try make(name, engine: engine)
    #expect(Set(model.parameters.map(\.name)) == Set(fixture.gradients.keys))
    let states = try model.hiddenStates(
      of: [ModelFixture.waveform(fixture.samples)])
    try model.backward(states, gradients: probe(states))

    let sizes = fixture.gradients.values.map { largest($0) }.sorted()
    // Some gradients are zero but for rounding: keys' biases, for one.
    let usual = sizes[sizes.count / 2]
    #expect(usual > 0.01)
    for parameter in model.parameters {
      let expected = try #require(fixture.gradients[parameter.name])
      let found = try #require(parameter.node.gradientValues)
      #expect(found.count == expected.count)
      let scale = max(largest(expected), usual / 100)
      let off = zip(found, expected).lazy.map { abs($0 - $1) }.max() ?? 0
      #expect(off <= 1e-4 * scale, "\(parameter.name): \(off) of \(scale)")
    }
  }

  @Test(arguments: ModelFixture.names, [false, true])
  func statesAreThoseOfExtraction(name: String, trainsFrontEnd: Bool) throws {
    let engine = Engine(threads: 2, seed: 1)
    let model = try make(name, engine: engine, trainsFrontEnd: trainsFrontEnd)
    let other = try ModelFixture(name).load()
    #expect(model.shape == other.shape)
    let utterances = [7777, 400, 16000].map { ModelFixture.waveform($0) }
    let states = try engine.recordingGradients(false) {
      try model.hiddenStates(of: utterances)
    }
    for (index, samples) in utterances.enumerated() {
      let expected = try other.hiddenStates(of: samples)
      let found = states.utterance(index)
      #expect(found.frames == expected.frames)
      #expect(found.values.count == expected.values.count)
      let scale = largest(expected.values)
      let off =
        zip(found.values, expected.values).lazy
        .map { abs($0 - $1) }.max() ?? 0
      #expect(off <= 1e-4 * scale, "\(samples.count) samples: \(off)")
    }
  }

  @Test(arguments: ["wav2vec2", "wavlm-large"])
  func aBatchsGradientIsTheSumOfItsUtterances(name: String) throws {
    let utterances = [3000, 7777].map { ModelFixture.waveform($0) }
    func gradients(_ batches: [[[Float]]]) throws -> [[Float]] {
      let engine = Engine(threads: 2, seed: 1)
      let model = try make(name, engine: engine)
      for batch in batches {
        let states = try model.hiddenStates(of: batch)
        // Of each number the same, so that it does not matter where it is.
        try model.backward(
          states,
          gradients: states.layers.enumerated().map { layer, node in
            (0..<node.count).map { Float($0 % node.shape.last + layer) / 20 }
          })
        engine.endStep()
      }
      return model.parameters.map {
        $0.node.gradientValues.map(Array.init) ?? []
      }
    }
    let together = try gradients([utterances])
    let apart = try gradients(utterances.map { [$0] })
    let usual = together.map { largest($0) }.sorted()[together.count / 2]
    for (a, b) in zip(together, apart) {
      #expect(a.count == b.count)
      let off = zip(a, b).lazy.map { abs($0 - $1) }.max() ?? 0
      #expect(off <= 1e-4 * max(largest(b), usual))
    }
  }

  @Test func aFrozenFrontEndHasNoParameters() throws {
    let engine = Engine(threads: 1, seed: 1)
    let fixture = try ModelFixture("wav2vec2")
    let model = try TrainableModel(
      configuration: fixture.configuration, tensors: fixture.tensors,
      engine: engine)
    #expect(model.parameters.count == engine.trainableParameters.count)
    for parameter in model.parameters {
      #expect(parameter.name.hasPrefix("upstream."))
      #expect(!parameter.name.contains("feature_extractor"))
    }
    let states = try model.hiddenStates(of: [ModelFixture.waveform(4000)])
    try model.backward(states, gradients: probe(states))
    for parameter in model.parameters {
      #expect(parameter.node.gradientValues != nil, "\(parameter.name)")
    }
  }

  /// A few steps down the gradient bring the states nearer to a target.
  @Test(arguments: ["wav2vec2", "wavlm"])
  func trainingLowersTheLoss(name: String) throws {
    let engine = Engine(threads: 2, seed: 1)
    let model = try make(name, engine: engine, trainsFrontEnd: false)
    let adam = try Optimizers.make(
      name: "Adam", options: OptimizerOptions(learningRate: 1e-3),
      totalSteps: 20, parameters: model.parameters)
    var losses: [Float] = []
    for _ in 0..<20 {
      engine.zeroGradients()
      let states = try model.hiddenStates(of: [ModelFixture.waveform(6000)])
      let weights = try engine.constant(
        [Float](repeating: 1, count: states.layers.count),
        shape: [states.layers.count])
      let sum = try engine.weightedSum(of: states.layers, weights: weights)
      let loss = try engine.mean(engine.mul(sum, sum))
      losses.append(loss.item)
      try engine.backward(from: loss)
      adam.update(factor: 1)
      engine.endStep()
    }
    #expect(losses[19] < 0.7 * losses[0])
  }

  @Test func tooShortAudioIsTheUsersError() throws {
    let engine = Engine(threads: 1, seed: 1)
    let model = try make("wav2vec2", engine: engine)
    let utterances = [
      ModelFixture.waveform(4000), ModelFixture.waveform(399),
    ]
    #expect {
      try model.hiddenStates(of: utterances)
    } throws: { error in
      (error as? UserError)?.location == "utterance 1"
    }
  }
}
