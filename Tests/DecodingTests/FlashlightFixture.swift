import Diagnostics
import Foundation
import Testing

@testable import Decoding

/// What `Fixtures/make_fixtures.py` wrote.
struct FlashlightFixture {
  struct Shared: Decodable {
    var tokens: [String]
    var lexicons: [[Entry]]
    var lms: [String]
    var transitions: [Float]
    var utterances: Int
    var sentences: [[String]]
    var scores: [[[Double]]]
  }

  struct Entry: Decodable {
    var word: String
    var tokens: [String]

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      word = try list.decode(String.self)
      tokens = try list.decode([String].self)
    }
  }

  struct Options: Decodable {
    var beam_size: Int
    var beam_size_token: Int
    var beam_threshold: Double
    var lm_weight: Double
    var word_score: Double
    var unk_score: Double?
    var sil_score: Double
    var log_add: Bool
    var criterion: String
    var smearing: String
    var lm_over_tokens: Bool
  }

  struct Setting: Decodable {
    var options: Options
    var lexicon: Int?
    var lm: Int?
    var results: [[Scored]]
    var best: [Best?]
  }

  struct Scored: Decodable {
    var score: Double
    var text: String

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      score = try list.decode(Double.self)
      text = try list.decode(String.self)
    }
  }

  struct Best: Decodable {
    var acoustic: Double
    var language: Double
    var path: String

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      acoustic = try list.decode(Double.self)
      language = try list.decode(Double.self)
      path = try list.decode(String.self)
    }
  }

  let shared: Shared
  let settings: [Setting]
  let tokens: TokenSet
  let lexicons: [Lexicon]
  let models: [NGramModel]

  init() throws {
    let lines = try LineReader(path: Self.path)
    func decode<T: Decodable>(_ type: T.Type) throws -> T? {
      try lines.next().map {
        try JSONDecoder().decode(type, from: Data($0))
      }
    }
    shared = try #require(try decode(Shared.self))
    var settings: [Setting] = []
    while let setting = try decode(Setting.self) { settings.append(setting) }
    self.settings = settings
    let tokens = try TokenSet(shared.tokens, blank: "-")
    self.tokens = tokens
    lexicons = shared.lexicons.map { entries in
      Lexicon(
        entries.map { entry in
          (entry.word, entry.tokens.compactMap(tokens.index))
        })
    }
    models = try shared.lms.map { text in
      try withTemporaryFile(text) { try NGramModel(arpa: $0) }
    }
  }

  private static var path: String {
    ProcessInfo.processInfo.environment["DECODING_FIXTURE"]
      ?? fixturePath("flashlight.jsonl.gz")
  }

  func decoder(_ setting: Setting) throws -> BeamDecoder {
    let given = setting.options
    var options = DecodingOptions()
    options.beamSize = given.beam_size
    options.beamSizeToken = given.beam_size_token
    options.beamThreshold = given.beam_threshold
    options.lmWeight = given.lm_weight
    options.wordScore = given.word_score
    options.unkScore = given.unk_score ?? -.infinity
    options.silScore = given.sil_score
    options.logAdd = given.log_add
    options.criterion = try #require(.init(rawValue: given.criterion))
    options.smearing = try #require(.init(rawValue: given.smearing))
    options.lmOverTokens = given.lm_over_tokens
    return try BeamDecoder(
      tokens: tokens, lexicon: setting.lexicon.map { lexicons[$0] },
      model: setting.lm.map { models[$0] }, options: options,
      transitions: options.criterion == .asg ? shared.transitions : [])
  }

  /// The emissions that the script made for an utterance.
  func emissions(_ utterance: Int) -> [Float] {
    let frames = 4 + utterance % 21
    let seed = UInt64(utterance) &* 1_000_003 &+ 17
    return (1...UInt64(frames * tokens.count)).map { index in
      let state = seed &+ index &* 0x9e37_79b9_7f4a_7c15
      let u = Double(Vocabulary.mixed(state) >> 40) / Double(1 << 24)
      return Float(-(u * u) * 12)
    }
  }
}

/// A file of the fixtures' folder.
func fixturePath(_ name: String) -> String {
  Bundle.module.resourcePath.map { $0 + "/Fixtures/" + name } ?? name
}

/// A file of this text that is gone afterwards.
func withTemporaryFile<R>(
  _ text: String, name: String = "file", _ body: (String) throws -> R
) throws -> R {
  try withTemporaryFile(Data(text.utf8), name: name, body)
}

func withTemporaryFile<R>(
  _ data: Data, name: String = "file", _ body: (String) throws -> R
) throws -> R {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(
    at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let file = folder.appendingPathComponent(name)
  try data.write(to: file)
  return try body(file.path)
}

/// Expects a `UserError` whose text has this part.
func expectUserError<R>(
  _ part: String, location: SourceLocation = #_sourceLocation,
  _ body: () throws -> R
) {
  do {
    _ = try body()
    Issue.record("nothing was thrown", sourceLocation: location)
  } catch let error as UserError {
    #expect(
      error.description.contains(part), "\(error)", sourceLocation: location)
  } catch {
    Issue.record("\(error)", sourceLocation: location)
  }
}
