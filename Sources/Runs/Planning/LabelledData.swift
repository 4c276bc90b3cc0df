import Configuration
import Diagnostics
import Foundation
import Hosting
import Records

/// A table of the user's own recordings with their labels, and which shipped
/// task is trained on it under the data's name:
///
///     data:
///       digits: digits.csv
///       calls: {file: calls.jsonl, kind: verification, trials: pairs.txt}
package struct LabelledData: Sendable, Equatable {
  /// What is asked of a recording.
  package enum Kind: String, CaseIterable, Sendable {
    /// Which of the labels it has.
    case classification
    /// What is said in it, letter by letter.
    case transcription
    /// Whether one person speaks in two of them.
    case verification

    /// The task that asks it.
    package var task: String { "own_\(rawValue)" }

    /// The column without which it cannot be asked.
    package var column: String {
      switch self {
      case .classification: "label"
      case .transcription: "text"
      case .verification: "speaker"
      }
    }
  }

  /// The corpora of these tasks: the table, and a list of trials.
  static let corpora = (table: "data", trials: "data_trials")

  /// Of comma-separated values or of JSON objects, one a line.
  package var file: String
  /// Nil to see it from the columns.
  package var kind: Kind?
  /// Pairs of recordings for verification; nil to have them drawn.
  package var trials: String?

  package init(file: String, kind: Kind? = nil, trials: String? = nil) {
    self.file = file
    self.kind = kind
    self.trials = trials
  }

  /// - Parameter value: a path, or a map of `file`, `kind` and `trials`.
  init(_ value: ConfigValue, path: (String) throws -> String) throws {
    guard case .map = value.kind else {
      self.init(file: try path(value.string(at: "")))
      return
    }
    try value.checkKeys(known: ["file", "kind", "trials"])
    self.init(
      file: try path(value.string(at: "file")),
      kind: try value.value(at: "kind").map { try Kind($0) },
      trials: try value.value(at: "trials").map { try path($0.string(at: "")) })
  }

  /// The corpora of its task by name, absolute.
  package var corpora: [String: String] {
    var corpora = [Self.corpora.table: RunCell.absolute(file)]
    corpora[Self.corpora.trials] = trials.map(RunCell.absolute)
    return corpora
  }

  /// The name that data of this file go by: what stands before its ending,
  /// in letters, digits and underscores.
  package static func name(of file: String) -> String {
    let name = (file as NSString).lastPathComponent
    let stem = (name as NSString).deletingPathExtension.lowercased()
    return String(
      stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  /// The task that is trained on it under `name`. Compiles nothing.
  ///
  /// - Throws: `UserError` if the data cannot go by this name, or are not
  ///   there.
  func task(named name: String, in catalog: TaskCatalog) throws -> String {
    guard name.wholeMatch(of: /[a-z0-9_]+/) != nil else {
      throw UserError(
        "the name '\(name)' of the data is none for a task",
        fix: "use lower-case letters, digits and '_'")
    }
    guard (try? catalog.checkName(name)) == nil else {
      throw UserError(
        "the data are called '\(name)', and so is a task",
        fix: "give them another name with --data-name")
    }
    return try resolvedKind().task
  }
}

extension LabelledData {
  /// The table that an experiment was made with, where it lies; nil if it was
  /// made with none, or has moved to where `here` says.
  package init?(of experiment: Experiment, here: [String: LabelledData]) {
    guard let expert = experiment.task.expert,
      let file = experiment.corpora[Self.corpora.table],
      here[experiment.task.id] == nil
        || FileManager.default.fileExists(atPath: file)
    else { return nil }
    self.init(
      file: file, kind: Kind.allCases.first { $0.task == expert },
      trials: experiment.corpora[Self.corpora.trials])
  }
}

extension LabelledData.Kind {
  package init(_ value: ConfigValue) throws {
    let text = try value.string(at: "")
    guard let kind = Self(rawValue: text) else {
      throw UserError(
        "data are not for '\(text)'", at: value.mark?.description,
        fix: Suggestion.fix(for: text, among: Self.allCases.map(\.rawValue)))
    }
    self = kind
  }
}

extension Benchmark {
  /// The folders, or tables, of a task's corpora by their names.
  package func corpora(
    of name: String, _ task: TaskDescription
  ) -> [String: String] {
    let own = data[name]?.corpora ?? [:]
    return corpora.filter { task.corpora.contains($0.key) }
      .mapValues(RunCell.absolute)
      .merging(own) { $1 }
  }
}
