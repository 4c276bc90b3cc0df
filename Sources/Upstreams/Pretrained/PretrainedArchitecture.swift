import Diagnostics
import Foundation
import Models
import Tensors

/// A kind of model that files may hold.
protocol PretrainedArchitecture: Sendable {
  /// Refuses sizes that no model can have; asked first.
  func checkSizes() throws
  /// What the model will be.
  var shape: ModelShape { get }
  /// What each hidden state is, from the shallowest to the deepest.
  var stateTitles: [String] { get }
  /// Whether it adds silence to what is heard, and can do without.
  var canBeTrimmed: Bool { get }
  /// Whether there are weights of it for each of several languages.
  var hasAdapters: Bool { get }
  /// Makes sure that the tensors are there, without reading any.
  func check(_ tensors: any NamedTensors) throws
  /// Makes the model.
  func load(_ tensors: any NamedTensors) throws -> any SpeechModel
  /// Makes the model with its weights as parameters of an engine.
  func train(
    _ tensors: any NamedTensors, engine: Engine, trainsFeatureEncoder: Bool
  ) throws -> TrainableModel
}

extension PretrainedArchitecture {
  var canBeTrimmed: Bool { false }
  var hasAdapters: Bool { false }
}

extension ConvolutionalConfiguration: PretrainedArchitecture {
  /// All of it is trained, as in s3prl.
  func train(
    _ tensors: any NamedTensors, engine: Engine, trainsFeatureEncoder: Bool
  ) throws -> TrainableModel {
    try TrainableModel(self, shape: shape, tensors: tensors, engine: engine)
  }
}

/// wav2vec 2.0 and its descendants.
struct EncoderArchitecture: PretrainedArchitecture {
  var configuration: ModelConfiguration
  var preprocessor: AudioPreprocessor?

  var shape: ModelShape { configuration.shape }
  var stateTitles: [String] { configuration.stateTitles }
  var hasAdapters: Bool { configuration.adapterSize > 0 }

  func checkSizes() throws { try configuration.checkSizes() }

  func check(_ tensors: any NamedTensors) throws {
    try configuration.check(tensors)
  }

  func load(_ tensors: any NamedTensors) throws -> any SpeechModel {
    try SpeechModels.load(
      configuration: configuration, preprocessor: preprocessor,
      tensors: tensors)
  }

  func train(
    _ tensors: any NamedTensors, engine: Engine, trainsFeatureEncoder: Bool
  ) throws -> TrainableModel {
    try TrainableModel(
      configuration: configuration, preprocessor: preprocessor,
      tensors: tensors, engine: engine, trainsFrontEnd: trainsFeatureEncoder)
  }
}

/// A configuration in words of ours, for models of which there is no
/// `config.json` in the world.
struct TypedConfiguration<Settings: Codable>: Codable {
  var type: PretrainedType
  var settings: Settings

  private enum CodingKeys: String, CodingKey {
    case type = "model_type"
    case settings
  }

  /// The same settings give the same bytes.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(self)
  }
}

/// The `model_type` of such a configuration.
enum PretrainedType: String, Codable {
  case recurrent = "apc"
  case melTransformer = "mel-transformer"
  case convolutional = "wav2vec"
  case whisper
  case squeezed = "sew"
  case squeezedDisentangled = "sew-d"
  case conformer = "wav2vec2-conformer"
  case wav2vecBERT = "wav2vec2-bert"
  case spectrogramTransformer = "audio-spectrogram-transformer"
  case codec = "encodec"
  case fastConformer = "parakeet_encoder"
  case parakeetCTC = "parakeet_ctc"
  case parakeetRNNT = "parakeet_rnnt"
  case parakeetTDT = "parakeet_tdt"
}

extension PretrainedFiles {
  /// What the model will be. The weights' names and shapes are checked, their
  /// values are not read.
  ///
  /// - Throws: `UserError` that names the file.
  func shape() throws -> (shape: ModelShape, stateTitles: [String]) {
    try withArchitecture {
      try $0.check(tensors)
      return ($0.shape, $0.stateTitles)
    }
  }

  /// The model itself.
  ///
  /// - Throws: `UserError` that names the file.
  func load() throws -> any SpeechModel {
    try withArchitecture { try $0.load(tensors) }
  }

  /// The model with its weights as an engine's parameters; with the
  /// convolutions over samples among them or without.
  ///
  /// - Throws: `UserError` that names the file.
  func train(
    engine: Engine, trainsFeatureEncoder: Bool
  ) throws -> TrainableModel {
    try withArchitecture {
      try $0.train(
        tensors, engine: engine, trainsFeatureEncoder: trainsFeatureEncoder)
    }
  }

  /// The architecture that the configuration describes; its sizes are those
  /// of a model.
  private func withArchitecture<Result>(
    _ body: (any PretrainedArchitecture) throws -> Result
  ) throws -> Result {
    let architecture = try decodeArchitecture()
    return try UserError.placing(path) {
      try architecture.checkSizes()
      try options.checkUsed(by: architecture)
      return try body(architecture)
    }
  }

  private func decodeArchitecture() throws -> any PretrainedArchitecture {
    func settings<Settings: Codable>(_: Settings.Type) throws -> Settings {
      do {
        return try JSONDecoder().decode(
          TypedConfiguration<Settings>.self, from: configuration
        ).settings
      } catch is DecodingError {
        throw UserError("this is no model configuration", at: path)
      }
    }
    switch architecture.flatMap(PretrainedType.init) {
    case .recurrent:
      return try settings(SpectralPretrained<RecurrentConfiguration>.self)
    case .melTransformer:
      return try settings(SpectralPretrained<MelTransformerConfiguration>.self)
    case .convolutional:
      return try settings(ConvolutionalConfiguration.self)
    case .whisper:
      return try whisper()
    case .squeezed, .squeezedDisentangled:
      return try squeezed()
    case .conformer:
      return try conformer()
    case .wav2vecBERT:
      return try wav2vecBERT()
    case .spectrogramTransformer:
      return try spectrogramTransformer()
    case .codec:
      return try codec()
    case .fastConformer, .parakeetCTC, .parakeetRNNT, .parakeetTDT:
      return try fastConformer()
    case nil:
      let encoder = try ModelConfiguration(json: configuration, at: path)
      return EncoderArchitecture(
        configuration: encoder,
        preprocessor: try preprocessor.map {
          try AudioPreprocessor(json: $0, at: path, rate: encoder.samplingRate)
        })
    }
  }
}
