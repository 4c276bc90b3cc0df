import Kernels

/// APC or VQ-APC.
struct RecurrentEncoder: SpectralModel {
  private let configuration: RecurrentConfiguration
  private let layers: [RecurrentLayer]
  private let workspaces = WorkspacePool()

  init(
    _ configuration: RecurrentConfiguration, in tensors: any NamedTensors
  ) throws {
    let reader = try ParameterReader(configuration.parameters, in: tensors)
    self.configuration = configuration
    layers = try (0..<configuration.layers).map {
      try RecurrentLayer(RecurrentConfiguration.layer($0), in: reader)
    }
  }

  func hiddenStates(of features: [Float], frames: Int) throws -> ModelStates {
    let count = configuration.states * frames * configuration.hiddenSize
    let values = workspaces.values(count, from: features) {
      fill($0, frames: frames, from: $1, $2)
    }
    return ModelStates(frames: frames, values: values)
  }

  private func fill(
    _ states: UnsafeMutablePointer<Float>, frames: Int,
    from features: UnsafePointer<Float>, _ workspace: Workspace
  ) {
    let size = frames * configuration.hiddenSize
    let stateful = configuration.statefulLayers
    var x = features
    for (index, layer) in layers.enumerated() {
      let y =
        stateful.firstIndex(of: index).map { states + $0 * size }
        ?? workspace.room(
          index % 2 == 0 ? .evenConvolutions : .oddConvolutions, size)
      layer.apply(x, frames: frames, into: y, workspace: workspace)
      if configuration.isResidual, index > 0 {
        superb_axpy(Int64(size), 1, x, y)
      }
      x = UnsafePointer(y)
    }
  }
}
