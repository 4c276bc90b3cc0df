import Diagnostics
import Models
import Speech

/// A network behind a spectral front end.
struct SpectralPretrained<Network: SpectralArchitecture & Codable>:
  PretrainedArchitecture, Codable
{
  var frontEnd: SpectralFrontEnd
  var network: Network

  /// A frame of every such front end looks at 25 ms, every 10 ms.
  var shape: ModelShape {
    ModelShape(
      layers: network.states, dimension: network.hiddenSize,
      samplesPerFrame: 160, receptiveField: 400,
      parameters: network.parameterCount)
  }

  func checkSizes() throws {
    try frontEnd.checkSizes()
    try network.checkSizes()
    guard network.inputs == frontEnd.dimension else {
      throw UserError(
        "the model reads \(network.inputs) features of a frame, its front end "
          + "gives \(frontEnd.dimension)")
    }
  }

  func check(_ tensors: any NamedTensors) throws {
    try network.check(tensors)
  }

  func load(_ tensors: any NamedTensors) throws -> any SpeechModel {
    let features = try SpectralFeatures(frontEnd.configuration)
    return try PackedModel(network, shape: shape, in: tensors) {
      try features(frontEnd.leveled($0)).values
    }
  }
}
