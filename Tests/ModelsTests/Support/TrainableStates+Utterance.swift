@testable import Models

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
