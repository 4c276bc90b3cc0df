import Diagnostics
import Foundation
import Models
import Speech
import Tensors

/// A network behind the spectral front end that its
/// `preprocessor_config.json` describes.
struct PreprocessedPretrained: PretrainedArchitecture {
  /// What utterances are cut into, the last piece being filled up.
  enum Window: Sendable {
    /// So many samples, with silence behind them. Each is a spectrum of its
    /// own.
    case samples(Int)
  }

  var network: any SpectralArchitecture
  var features: SpectralFeatures.Configuration
  var samplesPerFrame: Int
  var window: Window?
  var canBeTrimmed = false

  /// A spectrum's frame looks at 25 ms: what is too short is given as much.
  var shape: ModelShape {
    ModelShape(
      layers: network.states, dimension: network.hiddenSize,
      samplesPerFrame: samplesPerFrame, receptiveField: 400,
      parameters: network.parameterCount)
  }

  var stateTitles: [String] { network.stateTitles }

  func checkSizes() throws {
    try network.checkSizes()
    guard network.inputs == features.dimension else {
      throw UserError(
        "the model reads \(network.inputs) features of a frame, its "
          + "preprocessor gives \(features.dimension)",
        fix: "get \(PretrainedFiles.preprocessorName) and config.json of one "
          + "model")
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
    let features = try SpectralFeatures(features)
    guard case .samples(let count)? = window else {
      return { try features($0).values }
    }
    return { samples in
      try stride(from: 0, to: samples.count, by: count).flatMap { start in
        let piece = samples[start..<min(start + count, samples.count)]
        let silence = repeatElement(Float(0), count: count - piece.count)
        return try features(Array(piece + silence)).values
      }
    }
  }
}

extension PretrainedFiles {
  /// Whisper's encoder, over windows of 30 seconds, which are filled up with
  /// silence unless it is to be trimmed.
  func whisper() throws -> PreprocessedPretrained {
    let network = try settings(WhisperConfiguration.self)
    return PreprocessedPretrained(
      network: network,
      features: try features(otherwise: .whisper(bins: network.inputs)),
      samplesPerFrame: network.samplesPerFrame,
      window: options.isTrimmed
        ? nil : .samples(network.positions * network.samplesPerFrame),
      canBeTrimmed: true)
  }

  /// `config.json` as the settings of such a model.
  private func settings<Settings: Decodable>(
    _: Settings.Type
  ) throws -> Settings {
    do {
      return try UserError.placing(path) {
        try JSONDecoder().decode(Settings.self, from: configuration)
      }
    } catch is DecodingError {
      throw UserError("this is no model configuration", at: path)
    }
  }

  private func features(
    otherwise usual: SpectralFeatures.Configuration
  ) throws -> SpectralFeatures.Configuration {
    try preprocessor.map {
      try SpectralFeatures.Configuration(preprocessor: $0, at: path)
    } ?? usual
  }
}
