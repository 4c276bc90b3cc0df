import Diagnostics
import Files
import Foundation

/// The trials of a sweep, kept line by line in `trials.jsonl` of a folder, so
/// that a sweep that was stopped goes on where it was.
package final class SweepLog {
  /// One setting and what it gave.
  package struct Trial: Codable, Sendable, Equatable {
    /// What was swept, by name.
    package var settings: [String: Double]
    package var errors: Int
    package var words: Int
    /// What all trials of a sweep share: files and settings that were not
    /// swept.
    package var subject: String

    package init(
      settings: [String: Double], errors: Int, words: Int, subject: String
    ) {
      self.settings = settings
      self.errors = errors
      self.words = words
      self.subject = subject
    }

    package var wer: Double { WordErrors(errors: errors, words: words).rate }
  }

  package private(set) var trials: [Trial] = []
  /// What the folder of a part of a sweep begins with, which other processes
  /// work off.
  package static let partPrefix = "part-"
  private let file: AppendedFile

  /// Opens the log of a folder, which is made if it is not there. A last line
  /// that was cut short is left out.
  package init(folder: String) throws {
    let path = folder + "/trials.jsonl"
    try makeFolder(folder)
    if FileManager.default.fileExists(atPath: path) {
      trials = try Self.read(path)
      // Written anew, so that no half line stays in the middle.
      let lines = try trials.map(Self.line).joined()
      try AtomicFile.write(Data(lines.utf8), to: path)
    }
    file = try AppendedFile(path: path)
    for name in try names(inFolder: folder)
    where name.hasPrefix(Self.partPrefix) {
      let part = folder + "/" + name + "/trials.jsonl"
      if access(part, R_OK) == 0 { trials += try Self.read(part) }
    }
  }

  /// The trials of a folder, or of the folders in it.
  package static func collect(_ folder: String) throws -> [Trial] {
    let names = (FileManager.default.subpaths(atPath: folder) ?? []).filter {
      $0 == "trials.jsonl" || $0.hasSuffix("/trials.jsonl")
    }.sorted()
    guard !names.isEmpty else {
      throw UserError("there is no sweep in this folder", at: folder)
    }
    return try names.flatMap { try read(folder + "/" + $0) }
  }

  /// What was found for settings of a subject; nil if it is still to do.
  package func trial(
    _ settings: [String: Double], subject: String
  ) -> Trial? {
    trials.first { $0.settings == settings && $0.subject == subject }
  }

  package func append(_ trial: Trial) throws {
    try file.append(try Self.line(trial))
    trials.append(trial)
  }

  /// The best first: fewer errors, then the settings' order, so that a tie is
  /// always broken alike.
  package static func ranked(_ trials: [Trial]) -> [Trial] {
    func key(_ trial: Trial) -> String {
      trial.settings.sorted { $0.key < $1.key }
        .map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
    return trials.sorted { a, b in
      a.wer != b.wer ? a.wer < b.wer : key(a) < key(b)
    }
  }

  private static func read(_ path: String) throws -> [Trial] {
    let lines = try LineReader(path: path)
    let decoder = JSONDecoder()
    var trials: [Trial] = []
    while let line = try lines.next() {
      if let trial = try? decoder.decode(Trial.self, from: Data(line)) {
        trials.append(trial)
      }
    }
    return trials
  }

  private static func line(_ trial: Trial) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(trial), as: UTF8.self) + "\n"
  }
}
