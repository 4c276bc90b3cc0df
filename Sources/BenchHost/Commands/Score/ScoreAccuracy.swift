import ArgumentParser
import Diagnostics
import TaskKit

/// `superb score accuracy`.
struct ScoreAccuracy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy",
    abstract: "Share of right labels.",
    discussion: """
      Files have a line '<id> <label>' for each utterance, or with --csv
      'id,label' or 'id,label,label,…', where an answer is right only if all
      columns are.
      """)

  @OptionGroup var files: HypothesisAndReference

  @Flag(help: "The columns are separated by commas.")
  var csv = false

  private struct Score: Encodable {
    var accuracy: Double?
    var correct: Int
    var total: Int
  }

  func run() throws {
    var accuracy = Accuracy()
    for pair in try files.pairs(separator: csv ? .comma : .space) {
      do {
        try accuracy.add(
          answer: labels(pair.hypothesis), truth: labels(pair.reference))
      } catch {
        throw UserError(
          "'\(pair.id)' has \(error.what)", at: files.hypothesis,
          fix: error.fix)
      }
    }
    try printScore(
      Score(
        accuracy: accuracy.rate, correct: accuracy.correct,
        total: accuracy.total))
  }

  /// Labels as bytes, which are equal only if all code points are.
  private func labels(_ value: String) -> [[UInt8]] {
    csv
      ? value.utf8.split(
        separator: UInt8(ascii: ","), omittingEmptySubsequences: false
      ).map(Array.init)
      : [Array(value.utf8)]
  }
}
