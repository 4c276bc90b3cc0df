import Models

/// A pretrained model as an upstream.
struct PretrainedUpstream: Upstream {
  let description: UpstreamDescription
  let model: any SpeechModel

  func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    let states = try model.hiddenStates(of: samples)
    return HiddenStates(
      layers: description.layers, frames: states.frames,
      dimension: description.dimension, values: states.values)
  }
}
