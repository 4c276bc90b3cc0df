import Diagnostics
import Foundation

/// When LibriSpeech's readers speak in their recordings.
struct SourceTurns {
  struct Turn: Sendable {
    var speaker: String
    /// Seconds.
    var start: Double
    var end: Double
  }

  private let path: String
  /// By recording, `<chapter>-<number>`.
  private var turns: [String: [Turn]] = [:]

  /// Reads lines `SPEAKER <recording> 1 <start> <duration> <NA> <NA>
  /// <speaker> …`, runs of white space between.
  init(_ path: String) throws {
    self.path = path
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw UserError(
        "there is no such file", at: path,
        fix: "--metadata takes the folder metadata of s3prl's LibriMix")
    }
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let fields = line.split(whereSeparator: \.isWhitespace)
      if fields.isEmpty { continue }
      guard fields.count >= 8, fields[0] == "SPEAKER",
        let start = Double(fields[3]), let duration = Double(fields[4])
      else {
        throw UserError("this is no line of RTTM", at: "\(path):\(number + 1)")
      }
      turns[String(fields[1]), default: []].append(
        Turn(speaker: String(fields[7]), start: start, end: start + duration))
    }
  }

  /// The turns of both sources of a mixture, one source after the other.
  func of(
    _ mixture: SpeakerMixtures.Mixture, in table: String
  ) throws -> [Turn] {
    let speakers = mixture.speakers
    guard speakers.count == 2 else {
      throw UserError(
        "the mixture '\(mixture.id)' does not name two sources", at: table)
    }
    return try speakers.flatMap { source -> [Turn] in
      guard let found = turns[source.recording],
        found.allSatisfy({ $0.speaker == source.speaker })
      else {
        throw UserError(
          "there are no turns of \(source.speaker) in '\(source.recording)',"
            + " which '\(mixture.id)' mixes", at: path)
      }
      return found
    }
  }
}
