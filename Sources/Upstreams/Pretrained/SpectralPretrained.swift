import Diagnostics
import Models
import Speech
import Tensors

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

  var stateTitles: [String] { network.stateTitles }

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
    try PackedModel(
      network, shape: shape, in: tensors, prepare: try preparation())
  }

  func train(
    _ tensors: any NamedTensors, engine: Engine, trainsFeatureEncoder: Bool
  ) throws -> TrainableModel {
    try TrainableModel(
      network, shape: shape, tensors: tensors, engine: engine,
      prepare: try preparation())
  }

  private func preparation() throws -> @Sendable ([Float]) throws -> [Float] {
    let features = try SpectralFeatures(frontEnd.configuration)
    return { try features(frontEnd.leveled($0)).values }
  }
}
