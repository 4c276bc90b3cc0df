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
package final class TrainedFeatures {
  package let upstream: TrainedUpstream
  /// The head's.
  private let engine: Engine
  private let featurizer: Featurizer
  private let view: FeatureView
  private var reader: AudioReader
  /// The batch whose gradients are still to be sent back.
  private var pending: (spans: [AudioSpan], features: Node, offsets: [Int])?

  init(
    engine: Engine, upstream: TrainedUpstream, featurizer: Featurizer,
    view: FeatureView
  ) {
    self.engine = engine
    self.upstream = upstream
    self.featurizer = featurizer
    self.view = view
    reader = AudioReader(rate: upstream.model.description.rate)
  }

  /// [Σ frames, dim] and the row number at which each utterance begins, with
  /// the number of rows at the end. Begins a step of the engine's.
  package func features(of spans: [AudioSpan]) throws -> (
    Node, offsets: [Int64]
  ) {
    let records = engine.recordsGradients
    let (values, offsets) = try engine.recordingGradients(false) {
      try ownFeatures(of: spans)
    }
    let node = try engine.constant(
      values, shape: [offsets[spans.count], width], requiresGradient: records)
    engine.beginBatch(node, offsets: offsets)
    pending = records ? (spans, node, offsets) : nil
    return (node, offsets.map(Int64.init))
  }

  /// The features, and the offsets, of all utterances; each process that
  /// shares the batch makes those of its own and gets the others'.
  private func ownFeatures(
    of spans: [AudioSpan]
  ) throws -> (values: [Float], offsets: [Int]) {
    let exchange = engine.exchange
    let cuts = Engine.gradientShare(of: spans.count, among: exchange)
    let rank = exchange?.rank ?? 0
    let own = cuts[rank]..<cuts[rank + 1]
    var values: [Float] = []
    var lengths = [Int](repeating: 0, count: spans.count)
    for index in own {
      defer { endSteps() }
      let features = try pass(spans[index]).features
      values += features.values
      lengths[index] = features.shape[0]
    }
    upstream.passes += spans.count - own.count
    exchange?.gather(&lengths, cuts: cuts)
    let offsets = lengths.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + $1)
    }
    guard let exchange else { return (values, offsets) }
    var all = [Float](repeating: 0, count: offsets[spans.count] * width)
    // Nothing fits where another process has gone.
    if !exchange.isLost {
      all.replaceSubrange(
        offsets[own.lowerBound] * width..<offsets[own.upperBound] * width,
        with: values)
      exchange.gather(&all, cuts: cuts.map { offsets[$0] * width })
    }
    return (all, offsets)
  }

  /// Adds to the gradients of the upstream's weights, and of the featurizer's,
  /// what the head has sent back to the last features. Ends the head's step.
  func sendBack() throws {
    guard let (spans, node, offsets) = pending else { return }
    pending = nil
    engine.completeGradient(of: node)
    let gradient = node.gradientValues.map { Array($0) } ?? []
    engine.endStep()
    // A head that does not look at its features sends nothing back.
    if gradient.isEmpty { return }
    try Engine.sumGradients(
      of: [engine, upstream.engine], utterances: spans.count,
      among: engine.exchange
    ) { index in
      defer { endSteps() }
      let (features, states, inputs) = try pass(spans[index])
      let rows = offsets[index] * width..<offsets[index + 1] * width
      try engine.backward(
        from: [features], gradients: [Array(gradient[rows])])
      let reached = zip(states, inputs).compactMap { state, input in
        input.gradientValues.map { (state, Array($0)) }
      }
      try upstream.engine.backward(
        from: reached.map(\.0), gradients: reached.map(\.1))
    }
  }

  private var width: Int { upstream.model.description.dimension }

  private func endSteps() {
    engine.endStep()
    upstream.engine.endStep()
  }

  /// One utterance's features as the head sees them, the upstream's states
  /// that they are made of, and the same as the head's engine has them.
  private func pass(
    _ span: AudioSpan
  ) throws -> (features: Node, states: [Node], inputs: [Node]) {
    let description = upstream.model.description
    let samples = try reader.read(span)
      .padded(to: description.heard(description.receptiveField ?? 0))
    var states: [Node]
    do {
      states = try upstream.engine.recordingGradients(engine.recordsGradients) {
        try upstream.model.hiddenStates(of: samples)
      }
    } catch let error as UserError {
      throw UserError(error.what, at: span.path, fix: error.fix)
    }
    upstream.passes += 1
    states = try kept(states, samples: samples.count, path: span.path)
    let inputs = try states.map {
      try engine.constant(
        $0.values, shape: $0.shape.array,
        requiresGradient: engine.recordsGradients)
    }
    let features = try featurizer.features(
      of: view.isNormalized
        ? inputs.map {
          try engine.layerNorm($0, gamma: nil, beta: nil, epsilon: 1e-5)
        } : inputs)
    return (
      view.pooling == .meanPooled
        ? try engine.segmentMean(features, offsets: [0, features.shape[0]])
        : features, states, inputs
    )
  }

  /// The frames that count, which are all but where a spectrum has one more.
  private func kept(
    _ states: [Node], samples: Int, path: String
  ) throws -> [Node] {
    let description = upstream.model.description
    let kept = FrameAlignment.keptFrames(
      samples: samples, samplesPerFrame: description.heardPerFrame ?? 1)
    let frames = states.first?.shape[0] ?? 0
    guard states.count == description.layers, frames > 0, kept > 0,
      abs(frames - kept) < 5
    else {
      throw InternalError(
        "'\(description.name)' gave \(states.count) states of \(frames) "
          + "frames in training, for \(samples) samples of \(path)")
    }
    guard frames > kept else { return states }
    return try states.map {
      try upstream.engine.rows($0, first: 0, count: kept)
    }
  }
}
