import Kernels

/// Mockingjay, TERA or Audio ALBERT.
///
/// Hidden states are the embedded input and the output of each layer. No
/// frame is masked: s3prl masks as many frames at the end as there are whose
/// features sum to exactly zero, which in an utterance alone are none.
struct MelTransformer: SpectralModel {
  private let configuration: MelTransformerConfiguration
  private let projection: Dense
  private let positions: SinusoidPositions
  private let inputNorm: LayerNorm
  private let layers: [TransformerLayer]
  /// One a state, where layers normalize their input.
  private let stateNorms: [LayerNorm]
  private let workspaces = WorkspacePool()

  init(
    _ configuration: MelTransformerConfiguration,
    in tensors: any NamedTensors
  ) throws {
    typealias Names = MelTransformerConfiguration.Names
    let reader = try ParameterReader(configuration.parameters, in: tensors)
    let epsilon = configuration.layerNormEpsilon
    self.configuration = configuration
    projection = try Dense(Names.projection, in: reader)
    positions = SinusoidPositions(size: configuration.hiddenSize)
    inputNorm = try LayerNorm(Names.inputNorm, epsilon: epsilon, in: reader)
    let distinct = try (0..<configuration.distinctLayers).map {
      try TransformerLayer($0, configuration.transformer, in: reader)
    }
    layers = (0..<configuration.layers).map { distinct[$0 % distinct.count] }
    stateNorms =
      configuration.normalizesFirst
      ? try (0..<configuration.states).map {
        try LayerNorm(Names.stateNorm($0), epsilon: epsilon, in: reader)
      } : []
  }

  func hiddenStates(of features: [Float], frames: Int) throws -> ModelStates {
    let size = frames * configuration.hiddenSize
    let values = workspaces.values(
      configuration.states * size, from: features
    ) { states, x, workspace in
      for piece in pieces(frames) {
        fill(
          states + piece.lowerBound * configuration.hiddenSize,
          stateSize: size, frames: piece.count,
          from: x + piece.lowerBound * configuration.inputs, workspace)
      }
    }
    return ModelStates(frames: frames, values: values)
  }

  /// The frames that are seen together: as few pieces as the limit allows,
  /// all but the last of one length.
  private func pieces(_ frames: Int) -> [Range<Int>] {
    let most = configuration.longestSequence
    guard most > 0, frames > most else { return [0..<frames] }
    let count = (frames + most - 1) / most
    let length = (frames + count - 1) / count
    return stride(from: 0, to: frames, by: length).map {
      $0..<min($0 + length, frames)
    }
  }

  /// Writes a piece's frames of each state; states lie `stateSize` apart.
  private func fill(
    _ states: UnsafeMutablePointer<Float>, stateSize: Int, frames: Int,
    from features: UnsafePointer<Float>, _ workspace: Workspace
  ) {
    let size = frames * configuration.hiddenSize
    let keepsOutputs = stateNorms.isEmpty
    func output(_ state: Int) -> UnsafeMutablePointer<Float> {
      if keepsOutputs { return states + state * stateSize }
      return workspace.room(
        state % 2 == 0 ? .evenConvolutions : .oddConvolutions, size)
    }
    func finish(_ state: Int, _ x: UnsafePointer<Float>) {
      if keepsOutputs { return }
      stateNorms[state].apply(
        x, rows: frames, into: states + state * stateSize)
    }
    var x = output(0)
    projection.apply(features, rows: frames, into: x)
    positions.add(to: x, frames: frames)
    inputNorm.apply(x, rows: frames, into: x)
    finish(0, x)
    for (index, layer) in layers.enumerated() {
      let y = output(index + 1)
      layer.apply(
        x, spans: [FrameSpan(start: 0, count: frames)], into: y,
        workspace: workspace)
      finish(index + 1, y)
      x = y
    }
  }
}
