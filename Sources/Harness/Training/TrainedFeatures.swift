import Diagnostics
import Speech
import Tensors
import Upstreams

/// The features of an upstream that is trained along with the head.
///
/// A batch goes through the upstream one utterance at a time, twice: first
/// for its features, and when the head has sent their gradients back, once
/// more to send them on to the upstream's weights. So no more than one
/// utterance's inner states are held at any time, however large the batch is.
final class TrainedFeatures {
  /// Of the upstream's weights, as the engine has them.
  let parameterNames: Set<String>
  private let engine: Engine
  private let upstream: any TrainableUpstream
  private let featurizer: Featurizer
  private let view: FeatureView
  private var reader = AudioReader()
  /// The batch whose gradients are still to be sent back.
  private var pending: (spans: [AudioSpan], features: Node, offsets: [Int])?

  /// Utterances that went through the upstream.
  private(set) var passes = 0

  init(
    engine: Engine, upstream: any TrainableUpstream,
    parameterNames: Set<String>, featurizer: Featurizer, view: FeatureView
  ) {
    self.engine = engine
    self.upstream = upstream
    self.parameterNames = parameterNames
    self.featurizer = featurizer
    self.view = view
  }

  /// [Σ frames, dim] and the row number at which each utterance begins, with
  /// the number of rows at the end. Begins a step of the engine's.
  func features(of spans: [AudioSpan]) throws -> (Node, offsets: [Int64]) {
    let records = engine.recordsGradients
    engine.recordsGradients = false
    defer { engine.recordsGradients = records }
    var values: [Float] = []
    var offsets = [0]
    for span in spans {
      let features = try features(of: span)
      values += features.values
      offsets.append(offsets[offsets.count - 1] + features.shape[0])
      engine.endStep()
    }
    let node = try engine.constant(
      values, shape: [offsets[spans.count], upstream.description.dimension],
      requiresGradient: records)
    pending = records ? (spans, node, offsets) : nil
    return (node, offsets.map(Int64.init))
  }

  /// Adds to the gradients of the upstream's weights, and of the featurizer's,
  /// what the head has sent back to the last features. Ends the head's step.
  func sendBack() throws {
    guard let (spans, node, offsets) = pending else { return }
    pending = nil
    let gradient = node.gradientValues.map { Array($0) } ?? []
    engine.endStep()
    // A head that does not look at its features sends nothing back.
    if gradient.isEmpty { return }
    let width = upstream.description.dimension
    for (index, span) in spans.enumerated() {
      defer { engine.endStep() }
      let features = try features(of: span)
      let rows = offsets[index] * width..<offsets[index + 1] * width
      try engine.backward(
        from: [features], gradients: [Array(gradient[rows])])
    }
  }

  /// One utterance's, as the head sees them.
  private func features(of span: AudioSpan) throws -> Node {
    let samples = try reader.read(span)
    var states: [Node]
    do {
      states = try upstream.hiddenStates(of: samples)
    } catch let error as UserError {
      throw UserError(error.what, at: span.path, fix: error.fix)
    }
    passes += 1
    try check(states, samples: samples.count, path: span.path)
    if view.isNormalized {
      states = try states.map {
        try engine.layerNorm($0, gamma: nil, beta: nil, epsilon: 1e-5)
      }
    }
    let features = try featurizer.features(of: states)
    return view.pooling == .meanPooled
      ? try engine.segmentMean(features, offsets: [0, features.shape[0]])
      : features
  }

  /// Nothing is cut off: a frame that is made is a frame that counts.
  private func check(
    _ states: [Node], samples: Int, path: String
  ) throws {
    let description = upstream.description
    let kept = FrameAlignment.keptFrames(
      samples: samples, samplesPerFrame: Int(description.samplesPerFrame))
    let frames = states.first?.shape[0] ?? 0
    guard states.count == description.layers, frames > 0, frames <= kept,
      frames > kept - 5
    else {
      throw InternalError(
        "'\(description.name)' gave \(states.count) states of \(frames) "
          + "frames in training, for \(samples) samples of \(path)")
    }
  }
}
