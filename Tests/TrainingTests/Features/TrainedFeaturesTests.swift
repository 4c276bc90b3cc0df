import Foundation
import Speech
import Tensors
import TestSupport
import Testing

@testable import Records
@testable import Training
@testable import Upstreams

/// Gradients go through an utterance at a time as they go through all at once.
@Suite struct TrainedFeaturesTests {
  /// Three states of width four: a line through 160 samples at a time, and
  /// what two more layers make of it.
  private final class Lines: TrainableUpstream {
    let description = UpstreamDescription(
      name: "lines", title: "for tests", digest: "ab", layers: 3, dimension: 4,
      samplesPerFrame: 160, parameters: 0)
    private let engine: Engine
    private let first: Parameter
    private let deeper: [Parameter]

    init(_ engine: Engine) throws {
      self.engine = engine
      let draw = Initializer(.uniform(low: -0.3, high: 0.3))
      first = try engine.parameter(
        name: "upstream.0", shape: [4, 160], initializer: draw)
      deeper = try (1...2).map {
        try engine.parameter(
          name: "upstream.\($0)", shape: [4, 4], initializer: draw)
      }
    }

    func hiddenStates(of samples: [Float]) throws -> [Node] {
      let frames = samples.count / 160
      let x = try engine.constant(
        Array(samples[..<(frames * 160)]), shape: [frames, 160])
      var states = [try engine.linear(x, weight: first.node, bias: nil)]
      for layer in deeper {
        states.append(
          try engine.tanh(
            engine.linear(
              states[states.count - 1], weight: layer.node, bias: nil)))
      }
      return states
    }
  }

  private let folder: TemporaryFolder
  private let spans: [AudioSpan]

  init() throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    spans = try [1600, 480, 3200].enumerated().map { index, count in
      let path = folder.path + "/\(index).wav"
      try AudioFile.write(
        (0..<count).map { Float(sin(Double($0 * (index + 2)) * 0.05)) },
        to: path, format: .wav16)
      return AudioSpan(path: path, chain: AudioChain())
    }
  }

  /// Σ features · weight, with a weight of its own for each.
  private func loss(_ engine: Engine, _ features: Node) throws -> Node {
    let weights = (0..<features.count).map { Float(sin(Double($0))) }
    let factor = try engine.constant(weights, shape: features.shape.array)
    return try engine.sum(engine.mul(features, factor))
  }

  /// The gradients, by the parameter's name.
  private func collected(_ engine: Engine) -> [String: [Float]] {
    Dictionary(
      uniqueKeysWithValues: engine.parameters.map {
        ($0.name, Array($0.node.gradientValues ?? .init(start: nil, count: 0)))
      })
  }

  @Test(arguments: [
    FeatureView(), FeatureView(pooling: .meanPooled),
    FeatureView(isNormalized: true),
  ])
  func gradientsAreThoseOfTheWholeBatch(_ view: FeatureView) throws {
    let trainee = Engine(threads: 2, seed: 5)
    let upstream = TrainedUpstream(engine: trainee, model: try Lines(trainee))
    let engine = Engine(threads: 2, seed: 5)
    let featurizer = try Featurizer(
      engine: engine, upstream: upstream.model.description,
      selection: FeatureSelection())
    let trained = TrainedFeatures(
      engine: engine, upstream: upstream, featurizer: featurizer, view: view)

    let (features, offsets) = try trained.features(of: spans)
    let values = Array(features.values)
    #expect(offsets.count == 4)
    try engine.backward(from: loss(engine, features))
    try trained.sendBack()
    engine.endStep()
    let found = collected(trainee).merging(collected(engine)) { $1 }
    #expect(found.count == 4 && found.values.allSatisfy { !$0.isEmpty })
    #expect(upstream.passes == 6)

    // All at once, in one step of one engine.
    let joint = Engine(threads: 2, seed: 5)
    let lines = try Lines(joint)
    let sum = try Featurizer(
      engine: joint, upstream: lines.description,
      selection: FeatureSelection())
    var reader = AudioReader()
    var parts: [Node] = []
    for span in spans {
      var states = try lines.hiddenStates(of: try reader.read(span))
      if view.isNormalized {
        states = try states.map {
          try joint.layerNorm($0, gamma: nil, beta: nil)
        }
      }
      let part = try sum.features(of: states)
      parts.append(
        view.pooling == .meanPooled
          ? try joint.segmentMean(part, offsets: [0, part.shape[0]]) : part)
    }
    let whole = try joint.concatRows(parts)
    #expect(Array(whole.values) == values)
    try joint.backward(from: loss(joint, whole))
    for (name, gradient) in collected(joint) {
      let largest = gradient.map(abs).max() ?? 0
      #expect(largest > 0)
      for (a, b) in zip(gradient, found[name] ?? []) {
        #expect(abs(a - b) <= 1e-5 * largest, "\(name)")
      }
    }
    joint.endStep()
  }

  @Test func evaluationSendsNothingBack() throws {
    let trainee = Engine(threads: 1, seed: 5)
    let upstream = TrainedUpstream(engine: trainee, model: try Lines(trainee))
    let engine = Engine(threads: 1, seed: 5)
    let trained = TrainedFeatures(
      engine: engine, upstream: upstream,
      featurizer: try Featurizer(
        engine: engine, upstream: upstream.model.description,
        selection: FeatureSelection()), view: FeatureView())
    try engine.evaluating {
      let (features, _) = try trained.features(of: spans)
      #expect(!features.requiresGradient && !engine.recordsGradients)
      try trained.sendBack()
    }
    #expect(upstream.passes == 3)
    engine.endStep()
  }
}
