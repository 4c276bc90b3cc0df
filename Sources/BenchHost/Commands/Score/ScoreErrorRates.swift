import ArgumentParser
import Diagnostics
import TaskKit

/// What the error rates of transcripts have in common.
protocol ErrorRateCommand: ParsableCommand {
  /// The metric's name and key in the output.
  static var metric: String { get }
  var files: HypothesisAndReference { get }
  var unit: TokenUnit { get }
}

extension ErrorRateCommand {
  /// The command's help; `what` is counted.
  static func described(_ what: String) -> CommandConfiguration {
    CommandConfiguration(
      commandName: metric, abstract: "\(what) error rate.",
      discussion: """
        Files have a line '<id> <text>' for each utterance. The rate is the sum
        of all edits over the sum of all reference lengths.
        """)
  }

  func run() throws {
    var rate = TokenErrorRate(unit)
    for pair in try files.pairs() {
      rate.add(hypothesis: pair.hypothesis, reference: pair.reference)
    }
    guard let value = rate.rate else {
      throw UserError(
        "no line has any text: the error rate is undefined",
        at: files.reference)
    }
    try printScore([
      Self.metric: ErrorRateField.rate(value),
      "deletions": .count(rate.counts.deletions),
      "edits": .count(rate.counts.edits),
      "hits": .count(rate.counts.hits),
      "insertions": .count(rate.counts.insertions),
      "reference_length": .count(rate.counts.referenceLength),
      "substitutions": .count(rate.counts.substitutions),
      "utterances": .count(rate.utterances),
    ])
  }
}

/// A number in the output: counts have no decimal point.
private enum ErrorRateField: Encodable {
  case rate(Double)
  case count(Int)

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .rate(let value): try container.encode(value)
    case .count(let value): try container.encode(value)
    }
  }
}

/// How a text becomes words, phones or units.
struct TokenOptions: ParsableArguments {
  @Flag(
    help: """
      Split at every single space and keep empty tokens, as s3prl does: an \
      empty text is then one token long.
      """)
  var keepEmptyTokens = false

  var unit: TokenUnit { keepEmptyTokens ? .spaceSeparated : .words }
}

/// `superb score wer`.
struct ScoreWER: ErrorRateCommand {
  static let metric = "wer"
  static let configuration = described("Word")
  @OptionGroup var files: HypothesisAndReference
  @OptionGroup var tokens: TokenOptions
  var unit: TokenUnit { tokens.unit }
}

/// `superb score cer`.
struct ScoreCER: ErrorRateCommand {
  static let metric = "cer"
  static let configuration = described("Character")
  @OptionGroup var files: HypothesisAndReference
  var unit: TokenUnit { .characters }
}

/// `superb score per`.
struct ScorePER: ErrorRateCommand {
  static let metric = "per"
  static let configuration = described("Phone")
  @OptionGroup var files: HypothesisAndReference
  @OptionGroup var tokens: TokenOptions
  var unit: TokenUnit { tokens.unit }
}

/// `superb score uer`.
struct ScoreUER: ErrorRateCommand {
  static let metric = "uer"
  static let configuration = described("Unit")
  @OptionGroup var files: HypothesisAndReference
  @OptionGroup var tokens: TokenOptions
  var unit: TokenUnit { tokens.unit }
}
