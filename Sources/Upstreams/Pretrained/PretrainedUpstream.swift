import Models
import Synchronization

/// A pretrained model as an upstream.
///
/// The weights are read when the first utterance comes, once for all threads:
/// a run whose hidden states are all in the store reads none.
final class PretrainedUpstream: GroupUpstream {
  let description: UpstreamDescription
  private let load: @Sendable () throws -> any SpeechModel
  private let loaded = Mutex<(any SpeechModel)?>(nil)

  init(
    description: UpstreamDescription,
    load: @escaping @Sendable () throws -> any SpeechModel
  ) {
    self.description = description
    self.load = load
  }

  /// The model. Threads that come while it is being loaded wait.
  func model() throws -> any SpeechModel {
    try loaded.withLock { loaded in
      if let model = loaded { return model }
      let model = try load()
      loaded = model
      return model
    }
  }

  func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    described(try model().hiddenStates(of: samples))
  }

  func hiddenStates(ofEach utterances: [[Float]]) throws -> [HiddenStates] {
    try model().hiddenStates(ofEach: utterances).map(described)
  }

  private func described(_ states: ModelStates) -> HiddenStates {
    HiddenStates(
      layers: description.layers, frames: states.frames,
      dimension: description.dimension, values: states.values)
  }
}
