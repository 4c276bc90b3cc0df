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
    let frames = frontEnd.frames(samples: samples.count)
    guard frames > 0 else {
      throw UserError(
        "\(samples.count) samples are too few: a frame needs "
          + "\(configuration.receptiveField)")
    }
    let count = shape.layers * frames * shape.dimension
    let values = workspaces.values(count, from: samples) {
      fill($0, frames: frames, from: $1, count: samples.count, $2)
    }
    return ModelStates(frames: frames, values: values)
  }

  private func fill(
    _ states: UnsafeMutablePointer<Float>, frames: Int,
    from samples: UnsafePointer<Float>, count: Int, _ workspace: Workspace
  ) {
    let size = frames * shape.dimension
    let projected = project(samples, count: count, frames: frames, workspace)
    // What the transformer reads is the first state, except where that is
    // what the front end gives.
    var x = states
    if predictionHeads != nil {
      states.update(from: projected, count: size)
      x = workspace.room(.encoderInput, size)
    }
    position.apply(projected, frames: frames, into: x, workspace: workspace)
    if !configuration.normalizesFirst { norm.apply(x, rows: frames, into: x) }

    var distances: UnsafeMutablePointer<Float>?
    if let relativeBias {
      let room = workspace.room(
        .distanceBias, configuration.heads * (2 * frames - 1))
      relativeBias.fill(room, frames: frames)
      distances = room
    }
    for (index, layer) in layers.enumerated() {
      let y = states + (index + 1) * size
      layer.apply(
        x, frames: frames, distances: distances, into: y,
        workspace: workspace)
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

  /// The front end's frames at the transformer's width.
  private func project(
    _ samples: UnsafePointer<Float>, count: Int, frames: Int,
    _ workspace: Workspace
  ) -> UnsafeMutablePointer<Float> {
    let features = workspace.room(.features, frames * frontEnd.channels)
    let projected = workspace.room(.projected, frames * shape.dimension)
    var waveform = samples
    if normalizesSamples {
      let normalized = workspace.room(.samples, count)
      FrontEnd.normalize(samples, count: count, into: normalized)
      waveform = UnsafePointer(normalized)
    }
    frontEnd.apply(
      waveform, count: count, into: features, workspace: workspace)
    projectionNorm?.apply(features, rows: frames, into: features)
    projection.apply(features, rows: frames, into: projected)
    return projected
  }
}
