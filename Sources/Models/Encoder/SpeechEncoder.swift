import Diagnostics
import Kernels

/// A descendant of wav2vec 2.0.
///
/// Hidden states are those that s3prl collects: the input of each transformer
/// layer, and the encoder's output. With layers that normalize their output,
/// all are normalized; with layers that normalize their input, none is but
/// the last.
struct SpeechEncoder: SpeechModel {
  private let configuration: ModelConfiguration
  private let normalizesSamples: Bool
  private let frontEnd: FrontEnd
  private let projectionNorm: LayerNorm?
  private let projection: Dense
  private let position: PositionalConvolution
  private let norm: LayerNorm
  private let relativeBias: RelativePositionBias?
  private let layers: [TransformerLayer]
  private let predictionHeads: PredictionHeads?
  private let workspaces = WorkspacePool()

  let shape: ModelShape

  init(
    _ configuration: ModelConfiguration, preprocessor: AudioPreprocessor?,
    in tensors: any NamedTensors
  ) throws {
    let reader = try ParameterReader(configuration.parameters, in: tensors)
    let epsilon = configuration.layerNormEpsilon
    let name = ModelConfiguration.Names.projection
    self.configuration = configuration
    normalizesSamples = configuration.normalizesSamples(preprocessor)
    frontEnd = try FrontEnd(configuration, in: reader)
    projectionNorm =
      configuration.projectionNorm
      ? try LayerNorm(name + ".layer_norm", epsilon: epsilon, in: reader)
      : nil
    projection = try Dense(name + ".projection", in: reader)
    position = try PositionalConvolution(configuration, in: reader)
    norm = try LayerNorm(
      ModelConfiguration.Names.encoderNorm, epsilon: epsilon, in: reader)
    relativeBias = try RelativePositionBias(configuration, in: reader)
    layers = try (0..<configuration.layers).map {
      try TransformerLayer($0, configuration.transformer, in: reader)
    }
    predictionHeads = try PredictionHeads(configuration, in: reader)
    shape = ModelShape(configuration)
  }

  func hiddenStates(of samples: [Float]) throws -> ModelStates {
    let span = FrameSpan(start: 0, count: try frames(of: samples))
    let values = workspaces.values(
      shape.layers * span.count * shape.dimension, from: samples
    ) { states, _, workspace in
      fill(states, [span], from: [samples], workspace)
    }
    return ModelStates(frames: span.count, values: values)
  }

  func hiddenStates(ofEach utterances: [[Float]]) throws -> [ModelStates] {
    if utterances.count < 2 { return try utterances.map(hiddenStates(of:)) }
    var spans: [FrameSpan] = []
    for samples in utterances {
      spans.append(
        FrameSpan(
          start: spans.last?.end ?? 0, count: try frames(of: samples)))
    }
    let all = spans.last?.end ?? 0
    return workspaces.with { workspace in
      let states = workspace.room(.states, shape.layers * all * shape.dimension)
      fill(states, spans, from: utterances, workspace)
      return spans.map { cut($0, of: all, from: states) }
    }
  }

  private func frames(of samples: [Float]) throws -> Int {
    let frames = frontEnd.frames(samples: samples.count)
    if frames > 0 { return frames }
    throw UserError(
      "\(samples.count) samples are too few: a frame needs "
        + "\(configuration.receptiveField)")
  }

  /// One utterance's states out of those of `frames` frames.
  private func cut(
    _ span: FrameSpan, of frames: Int, from states: UnsafePointer<Float>
  ) -> ModelStates {
    let size = shape.dimension
    var values: [Float] = []
    values.reserveCapacity(shape.layers * span.count * size)
    for layer in 0..<shape.layers {
      values.append(
        contentsOf: UnsafeBufferPointer(
          start: states + (layer * frames + span.start) * size,
          count: span.count * size))
    }
    return ModelStates(frames: span.count, values: values)
  }

  /// Writes `[layers, frames, size]`, the frames being those of all
  /// utterances.
  private func fill(
    _ states: UnsafeMutablePointer<Float>, _ spans: [FrameSpan],
    from utterances: [[Float]], _ workspace: Workspace
  ) {
    let frames = spans.last?.end ?? 0
    let size = frames * shape.dimension
    let projected = project(utterances, spans, workspace)
    // What the transformer reads is the first state, except where that is
    // what the front end gives.
    var x = states
    if predictionHeads != nil {
      states.update(from: projected, count: size)
      x = workspace.room(.encoderInput, size)
    }
    for span in spans {
      let start = span.start * shape.dimension
      position.apply(
        projected + start, frames: span.count, into: x + start,
        workspace: workspace)
    }
    if !configuration.normalizesFirst { norm.apply(x, rows: frames, into: x) }

    let spans = withDistances(spans, workspace)
    for (index, layer) in layers.enumerated() {
      let y = states + (index + 1) * size
      layer.apply(x, spans: spans, into: y, workspace: workspace)
      x = y
    }
    if let predictionHeads {
      var last = x
      if configuration.normalizesFirst {
        last = workspace.room(.normalized, size)
        norm.apply(x, rows: frames, into: last)
      }
      predictionHeads.apply(
        last, frames: frames, into: x + size, workspace: workspace)
    } else if configuration.normalizesFirst {
      norm.apply(x, rows: frames, into: x)
    }
  }

  /// The spans with what their attention minds of distances.
  private func withDistances(
    _ spans: [FrameSpan], _ workspace: Workspace
  ) -> [FrameSpan] {
    guard let relativeBias else { return spans }
    let heads = configuration.heads
    var room = workspace.room(
      .distanceBias, spans.reduce(0) { $0 + heads * (2 * $1.count - 1) })
    return spans.map { span in
      var span = span
      relativeBias.fill(room, frames: span.count)
      span.distances = UnsafePointer(room)
      room += heads * (2 * span.count - 1)
      return span
    }
  }

  /// The front end's frames at the transformer's width.
  private func project(
    _ utterances: [[Float]], _ spans: [FrameSpan], _ workspace: Workspace
  ) -> UnsafeMutablePointer<Float> {
    let frames = spans.last?.end ?? 0
    let features = workspace.room(.features, frames * frontEnd.channels)
    for (samples, span) in zip(utterances, spans) {
      samples.withUnsafeBufferPointer { samples in
        guard var waveform = samples.baseAddress else { return }
        if normalizesSamples {
          let normalized = workspace.room(.samples, samples.count)
          FrontEnd.normalize(waveform, count: samples.count, into: normalized)
          waveform = UnsafePointer(normalized)
        }
        frontEnd.apply(
          waveform, count: samples.count,
          into: features + span.start * frontEnd.channels,
          workspace: workspace)
      }
    }
    let projected = workspace.room(.projected, frames * shape.dimension)
    projectionNorm?.apply(features, rows: frames, into: features)
    projection.apply(features, rows: frames, into: projected)
    return projected
  }
}
