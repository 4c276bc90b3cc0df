import Diagnostics
import Foundation

/// The hypotheses of many utterances, with what is needed to weigh their
/// scores anew.
package struct BeamDump: Sendable {
  package struct Entry: Sendable, Equatable {
    package var words: [String]
    package var score: Double
    package var acousticScore: Double
    package var languageScore: Double
  }

  /// The utterances' ids, in the file's order.
  package private(set) var ids: [String] = []
  package private(set) var entries: [String: [Entry]] = [:]

  /// What each hypothesis says, in the dump's order.
  package var texts: [String] {
    ids.flatMap { id in
      (entries[id] ?? []).map { $0.words.joined(separator: " ") }
    }
  }

  /// Hypotheses in all.
  package var count: Int { entries.values.reduce(0) { $0 + $1.count } }

  package init() {}

  package mutating func add(_ id: String, _ entry: Entry) {
    if entries[id] == nil { ids.append(id) }
    entries[id, default: []].append(entry)
  }

  package mutating func add(_ id: String, _ hypotheses: [Hypothesis]) {
    for hypothesis in hypotheses {
      add(
        id,
        Entry(
          words: hypothesis.words, score: hypothesis.score,
          acousticScore: hypothesis.acousticScore,
          languageScore: hypothesis.languageScore))
    }
  }

  /// One hypothesis in the JSON form: an object a line.
  private struct Line: Codable {
    var id: String
    var words: [String]
    var score: Double
    var am_score: Double
    var lm_score: Double
  }

  /// Reads a dump: JSON lines, or wav2letter's
  /// `id | score | am | lm | wer | words`.
  ///
  /// - Throws: `UserError` with the line that is wrong.
  package init(path: String) throws {
    let lines = try LineReader(path: path)
    let decoder = JSONDecoder()
    while let bytes = try lines.next() {
      if bytes.isBlank { continue }
      if bytes[0] == UInt8(ascii: "{") {
        guard let line = try? decoder.decode(Line.self, from: Data(bytes))
        else {
          throw lines.error(
            "this is no hypothesis: an object with id, words, score, am_score "
              + "and lm_score was expected")
        }
        add(
          line.id,
          Entry(
            words: line.words, score: line.score,
            acousticScore: line.am_score, languageScore: line.lm_score))
        continue
      }
      let parts = String(decoding: bytes, as: UTF8.self)
        .components(separatedBy: "|")
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count >= 6, let score = Double(parts[1]),
        let acoustic = Double(parts[2]), let language = Double(parts[3])
      else {
        throw lines.error(
          "'id | score | am | lm | wer | words' was expected")
      }
      add(
        parts[0],
        Entry(
          words: parts[5...].joined(separator: "|").split(separator: " ")
            .map(String.init), score: score, acousticScore: acoustic,
          languageScore: language))
    }
    guard !ids.isEmpty else {
      throw UserError("the dump has no hypotheses", at: path)
    }
  }

  /// As JSON lines.
  package func jsonLines() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try ids.flatMap { id in
      try (entries[id] ?? []).map { entry in
        let line = Line(
          id: id, words: entry.words, score: entry.score,
          am_score: entry.acousticScore, lm_score: entry.languageScore)
        return String(decoding: try encoder.encode(line), as: UTF8.self) + "\n"
      }
    }.joined()
  }

  /// As wav2letter's decoder dumps its beam; the error rate, in percent, is 0
  /// for utterances without a reference.
  package func wav2letterLines(_ references: References?) -> String {
    ids.flatMap { id in
      (entries[id] ?? []).map { entry in
        let rate = references?.words[id].map {
          WordErrors.between(entry.words, $0).rate * 100
        }
        let numbers = [
          entry.score, entry.acousticScore, entry.languageScore, rate ?? 0,
        ].map { String(format: "%.6f", $0) }
        return ([id] + numbers + [entry.words.joined(separator: " ")])
          .joined(separator: " | ") + "\n"
      }
    }.joined()
  }
}
