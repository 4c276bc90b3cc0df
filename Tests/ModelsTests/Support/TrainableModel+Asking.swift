import Tensors

@testable import Models

extension TrainableModel {
  /// Adds to the parameters' gradients those of Σ ⟨state, gradient⟩ over all
  /// states. Uses up the engine's tape, as `engine.backward` does.
  ///
  /// - Parameter gradients: one for each of the states' layers, `[Σ frames,
  ///   dimension]`.
  func backward(
    _ states: TrainableStates, gradients: [[Float]]
  ) throws {
    try engine.backward(from: states.layers, gradients: gradients)
  }
}

extension TrainableStates {
  /// One utterance's, as ``SpeechModel`` gives them; a copy.
  func utterance(_ index: Int) -> ModelStates {
    let rows = offsets[index]..<offsets[index + 1]
    var values: [Float] = []
    for layer in layers {
      let dim = layer.shape.last
      values += layer.values[rows.lowerBound * dim..<rows.upperBound * dim]
    }
    return ModelStates(frames: rows.count, values: values)
  }
}
