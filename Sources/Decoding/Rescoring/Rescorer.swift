import Diagnostics
import Foundation

/// Chooses among dumped hypotheses anew, with other weights and with scores
/// of models that the search did not have.
package struct Rescorer: Sendable {
  /// What an external model's file holds, a number a hypothesis.
  package enum ScoreKind: String, CaseIterable, Sendable {
    /// Natural logarithms or any other score that is better if higher.
    case logprob
    /// A perplexity per word, the sentence's end counted.
    case ppl
  }

  /// One hypothesis with all that is weighed.
  private struct Candidate: Sendable {
    var acoustic: Double
    /// The search's language model first, the length last.
    var features: [Double]
    var errors: Int
  }

  private struct Case: Sendable {
    var id: String
    var candidates: [Candidate]
    var referenceLength: Int
  }

  private let cases: [Case]
  private let dump: BeamDump
  /// What is weighed, in the order of the weights: `lm`, external models,
  /// `words`.
  package let features: [String]

  /// - Parameters:
  ///   - external: for each further model, one number for each hypothesis in
  ///     the dump's order.
  /// - Throws: `UserError` for an utterance without a reference.
  package init(
    _ dump: BeamDump, references: References,
    external: [(name: String, scores: [Double])] = []
  ) throws {
    self.dump = dump
    features = ["lm"] + external.map(\.name) + ["words"]
    var cases: [Case] = []
    var position = 0
    for id in dump.ids {
      guard let reference = references.words[id] else {
        throw UserError(
          "the utterance '\(id)' has no reference", at: "--ref",
          fix: "give the references of all dumped utterances")
      }
      let candidates = (dump.entries[id] ?? []).map { entry in
        defer { position += 1 }
        return Candidate(
          acoustic: entry.acousticScore,
          features: [entry.languageScore]
            + external.map { $0.scores[position] }
            + [Double(entry.words.count)],
          errors: WordErrors.between(entry.words, reference).errors)
      }
      cases.append(
        Case(
          id: id, candidates: candidates, referenceLength: reference.count))
    }
    self.cases = cases
  }

  /// Reads an external model's scores: a number a line, in the dump's order.
  ///
  /// - Throws: `UserError` with the line that is wrong.
  package static func scores(
    path: String, kind: ScoreKind, dump: BeamDump
  ) throws -> [Double] {
    let lines = try LineReader(path: path)
    var scores: [Double] = []
    while let line = try lines.next() {
      if line.isBlank { continue }
      let text = String(decoding: line, as: UTF8.self)
        .trimmingCharacters(in: .whitespaces)
      guard let value = Double(text), isScore(value, kind) else {
        throw lines.error("'\(text)' is no score")
      }
      scores.append(value)
    }
    return try Self.scores(scores, kind: kind, dump: dump, at: path)
  }

  /// Logarithms of an external model's numbers, one for each hypothesis in
  /// the dump's order.
  ///
  /// - Parameter location: what errors name.
  package static func scores(
    _ values: [Double], kind: ScoreKind, dump: BeamDump, at location: String
  ) throws -> [Double] {
    let entries = dump.ids.flatMap { dump.entries[$0] ?? [] }
    guard values.count == entries.count else {
      throw UserError(
        "there are \(values.count) scores for \(entries.count) hypotheses",
        at: location)
    }
    return try zip(values, entries).map { value, entry in
      guard isScore(value, kind) else {
        throw UserError(
          "\(value) is no score of '\(entry.words.joined(separator: " "))'",
          at: location)
      }
      return kind == .ppl
        ? -log(value) * Double(entry.words.count + 1) : value
    }
  }

  private static func isScore(_ value: Double, _ kind: ScoreKind) -> Bool {
    value.isFinite && (kind == .logprob || value > 0)
  }

  /// The errors that these weights leave.
  package func errors(_ weights: [Double]) -> WordErrors {
    var total = WordErrors()
    for item in cases {
      total += WordErrors(
        errors: choice(item, weights)?.errors ?? item.referenceLength,
        words: item.referenceLength)
    }
    return total
  }

  /// The errors that nobody's weights could go below.
  package var oracle: WordErrors {
    cases.reduce(into: WordErrors()) { total, item in
      total += WordErrors(
        errors: item.candidates.map(\.errors).min() ?? item.referenceLength,
        words: item.referenceLength)
    }
  }

  /// The words that these weights choose, by utterance.
  package func choices(_ weights: [Double]) -> [(id: String, words: [String])] {
    cases.map { item in
      let best = bestIndex(item, weights)
      return (item.id, best.flatMap { dump.entries[item.id]?[$0].words } ?? [])
    }
  }

  /// Every combination of the values of each weight, and the errors of each;
  /// in the order of the grid.
  package func search(
    _ grid: [[Double]]
  ) -> [(weights: [Double], errors: WordErrors)] {
    var combinations: [[Double]] = [[]]
    for values in grid {
      combinations = combinations.flatMap { head in values.map { head + [$0] } }
    }
    return combinations.map { ($0, errors($0)) }
  }

  private func choice(_ item: Case, _ weights: [Double]) -> Candidate? {
    bestIndex(item, weights).map { item.candidates[$0] }
  }

  private func bestIndex(_ item: Case, _ weights: [Double]) -> Int? {
    var best: Int?
    var bestScore = -Double.infinity
    for (index, candidate) in item.candidates.enumerated() {
      var score = candidate.acoustic
      for (weight, feature) in zip(weights, candidate.features) {
        score += weight * feature
      }
      if best == nil || score > bestScore {
        best = index
        bestScore = score
      }
    }
    return best
  }
}
