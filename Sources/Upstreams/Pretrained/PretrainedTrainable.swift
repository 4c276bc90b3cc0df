import Models
import Tensors

/// A pretrained model whose weights are trained.
final class PretrainedTrainable: TrainableUpstream {
  let description: UpstreamDescription
  private let model: TrainableModel

  init(description: UpstreamDescription, model: TrainableModel) {
    self.description = description
    self.model = model
  }

  func hiddenStates(of samples: [Float]) throws -> [Node] {
    try model.hiddenStates(of: [samples]).layers
  }
}
