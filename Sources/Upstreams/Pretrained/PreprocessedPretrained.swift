import Diagnostics
import Foundation
import Models
import Speech
import Tensors

/// A network behind what its `preprocessor_config.json` describes.
struct PreprocessedPretrained: PretrainedArchitecture {
  /// What the network reads.
  enum Input: Sendable {
    /// Samples, as they are or at mean 0 and variance 1.
    case samples(normalizes: Bool)
    /// The frames of a spectral front end.
    case spectrum(SpectralFeatures.Configuration, Window?)
  }

  /// What utterances are cut into, the last piece being filled up.
  enum Window: Sendable {
    /// So many samples, with silence behind them. Each is a spectrum of its
    /// own.
    case samples(Int)
    /// So many frames, with features of nothing behind them; the next begins
    /// `step` frames later.
    case frames(Int, step: Int)
  }

  var network: any SpectralArchitecture
  var input: Input
  var samplesPerFrame: Int
  /// A spectrum's frame looks at 25 ms: what is too short is given as much.
  var receptiveField = 400
  var canBeTrimmed = false
  var samplingRate = 16_000

  var shape: ModelShape {
    ModelShape(
      layers: network.states, dimension: network.hiddenSize,
      samplesPerFrame: samplesPerFrame, receptiveField: receptiveField,
      parameters: network.parameterCount, samplingRate: samplingRate)
  }

  var stateTitles: [String] { network.stateTitles }

  func checkSizes() throws {
    try network.checkSizes()
    guard case .spectrum(let features, _) = input else { return }
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
      trainsFrontEnd: trainsFeatureEncoder, prepare: try preparation())
  }

  private func preparation() throws -> @Sendable ([Float]) throws -> [Float] {
    switch input {
    case .samples(let normalizes):
      return normalizes ? AudioPreprocessor.normalized : { $0 }
    case .spectrum(let configuration, let window):
      let features = try SpectralFeatures(configuration)
      switch window {
      case nil: return { try features($0).values }
      case .samples(let count)?:
        return { samples in
          try samples.windows(of: count, step: count, filling: 0).flatMap {
            try features($0).values
          }
        }
      case .frames(let count, let step)?:
        let width = configuration.dimension
        return { samples in
          try features(samples).values.windows(
            of: count * width, step: step * width,
            filling: configuration.filling
          ).flatMap(\.self)
        }
      }
    }
  }
}

extension [Float] {
  /// Pieces of `length` numbers that begin `step` apart, until all numbers are
  /// in one; the last is filled up.
  fileprivate func windows(
    of length: Int, step: Int, filling: Float
  ) -> [[Float]] {
    let last = Swift.max(1, count - (length - step))
    return stride(from: 0, to: last, by: step).map { start in
      let piece = self[start..<Swift.min(start + length, count)]
      return Array(piece)
        + repeatElement(filling, count: length - piece.count)
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
      input: .spectrum(
        try features(otherwise: .whisper(bins: network.inputs)),
        options.isTrimmed
          ? nil : .samples(network.positions * network.samplesPerFrame)),
      samplesPerFrame: network.samplesPerFrame, canBeTrimmed: true)
  }

  /// wav2vec2-conformer, which reads samples.
  func conformer() throws -> PreprocessedPretrained {
    let network = try settings(ConformerConfiguration.self)
    return PreprocessedPretrained(
      network: network, input: try samples(),
      samplesPerFrame: network.samplesPerFrame,
      receptiveField: network.receptiveField)
  }

  /// SEW, likewise.
  func squeezed() throws -> PreprocessedPretrained {
    let network = try settings(SqueezedConfiguration.self)
    return PreprocessedPretrained(
      network: network, input: try samples(),
      samplesPerFrame: network.samplesPerFrame,
      receptiveField: network.receptiveField)
  }

  /// EnCodec, which hears samples as they are, at a rate of its own.
  func codec() throws -> PreprocessedPretrained {
    let network = try settings(CodecConfiguration.self)
    let rate = network.samplingRate
    if let preprocessor {
      _ = try AudioPreprocessor(json: preprocessor, at: path, rate: rate)
    }
    return PreprocessedPretrained(
      network: network, input: .samples(normalizes: false),
      samplesPerFrame: network.samplesPerFrame,
      receptiveField: network.samplesPerFrame, samplingRate: rate)
  }

  /// Samples as the preprocessor wants them; normalized if it does not say.
  private func samples() throws -> PreprocessedPretrained.Input {
    let file = try preprocessor.map {
      try AudioPreprocessor(json: $0, at: path)
    }
    return .samples(normalizes: file?.normalizes ?? true)
  }

  /// w2v-BERT 2.0.
  func wav2vecBERT() throws -> PreprocessedPretrained {
    let network = try settings(ConformerConfiguration.self)
    let features = try features(otherwise: .seamless())
    return PreprocessedPretrained(
      network: network, input: .spectrum(features, nil),
      samplesPerFrame: 160 * features.stacked,
      receptiveField: 400 + 160 * (features.stacked - 1))
  }

  /// Parakeet's encoder, and what is built like it.
  func fastConformer() throws -> PreprocessedPretrained {
    let network = try settings(FastConformerConfiguration.self)
    let bins = network.subsampling.bins
    return PreprocessedPretrained(
      network: network,
      input: .spectrum(
        try features(otherwise: .fastConformer(bins: bins)), nil),
      samplesPerFrame: 160 * network.factor)
  }

  /// AST. A window begins where the patches of the last one end.
  func spectrogramTransformer() throws -> PreprocessedPretrained {
    let network = try settings(SpectrogramTransformerConfiguration.self)
    let patches = network.patches
    return PreprocessedPretrained(
      network: network,
      input: .spectrum(
        try features(otherwise: .spectrogramTransformer(bins: patches.bins)),
        .frames(patches.frames, step: patches.times * patches.timeStride)),
      samplesPerFrame: network.samplesPerFrame,
      receptiveField: network.samplesPerFrame)
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
