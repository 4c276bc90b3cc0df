import ArgumentParser
import Decoding
import Diagnostics
import Files
import Foundation
import Hosting
import Weights

extension Smearing: ExpressibleByArgument {}
extension DecodingOptions.Criterion: ExpressibleByArgument {}

/// What every search needs besides emissions.
struct DecoderArguments: ParsableArguments {
  @Option(
    help:
      "The acoustic model's tokens, one a line, in its order; --from knows.")
  var tokens: String?

  @Option(help: "The blank's name; <s> or -, whichever there is.")
  var blank: String?

  @Option(help: "The silence's or word boundary's name; |.")
  var silence: String?

  @Option(help: "Lines of a word and its tokens; without, any sequence.")
  var lexicon: String?

  @Option(
    help: "ARPA file (plain, gzip, bzip2) or one that superb lm compiled.")
  var lm: String?

  @Option(help: "What the language model is over: word or token.")
  var lmUnit: LMUnit?

  @Option(parsing: .unconditional, help: "Times the language model's log₁₀.")
  var lmWeight = 2.0

  @Option(parsing: .unconditional, help: "For each word.")
  var wordScore = 0.0

  @Option(
    parsing: .unconditional, help: "For each unknown word; -inf: none.")
  var unkScore = -Double.infinity

  @Option(parsing: .unconditional, help: "For each frame of silence.")
  var silScore = 0.0

  @Option(help: "Hypotheses that are kept in each frame.")
  var beamSize = 50

  @Option(help: "Tokens that are tried in each frame; all of them.")
  var beamSizeToken: Int?

  @Option(help: "How much worse than the best a hypothesis may be.")
  var beamThreshold = 25.0

  @Flag(help: "Hypotheses that meet add their probabilities.")
  var logAdd = false

  @Option(help: "How the lexicon's nodes stand for words: none, max, logadd.")
  var smearing = Smearing.max

  @Option(help: "What the acoustic model was trained with: ctc, asg.")
  var criterion = DecodingOptions.Criterion.ctc

  @Option(help: "For asg: a safetensors file with one tensor [to, from].")
  var transitions: String?

  @Option(help: "Utterances at a time; as many as there are cores.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  enum LMUnit: String, CaseIterable, ExpressibleByArgument {
    case word, token
  }

  var options: DecodingOptions {
    var options = DecodingOptions()
    options.beamSize = beamSize
    options.beamSizeToken = beamSizeToken
    options.beamThreshold = beamThreshold
    options.lmWeight = lmWeight
    options.wordScore = wordScore
    options.unkScore = unkScore
    options.silScore = silScore
    options.logAdd = logAdd
    options.criterion = criterion
    options.smearing = smearing
    options.lmOverTokens = lexicon != nil && lmUnit == .token
    return options
  }

  /// Reads tokens, lexicon and model, and says what will be missed.
  func decoder(_ place: EmissionSource.Place) throws -> BeamDecoder {
    if lexicon == nil, lmUnit == .word {
      throw UserError(
        "a language model over words needs a lexicon", at: "--lm-unit",
        fix: "give --lexicon, or --lm-unit token")
    }
    // Before anything large is read.
    try options.validate()
    guard let path = tokens ?? place.tokens else {
      throw UserError(
        "the tokens are not known", at: place.path,
        fix: "name their file with --tokens")
    }
    let tokens = try TokenSet(
      path: path, blank: blank ?? place.blank,
      silence: silence ?? place.silence)
    let decoder = try BeamDecoder(
      tokens: tokens,
      lexicon: lexicon.map { try Lexicon(path: $0, tokens: tokens) },
      model: lm.map {
        try NGramModel.open($0, cache: CacheFolder.standard().path + "/lm")
      },
      options: options, transitions: transitions.map(Self.only) ?? [])
    decoder.remarks.forEach(StandardError.note)
    return decoder
  }

  private static func only(_ path: String) throws -> [Float] {
    let file = try SafeTensors(path: path)
    guard let name = file.names.first, file.names.count == 1 else {
      throw UserError("one tensor was expected", at: path)
    }
    return try file.floats(name)
  }
}
