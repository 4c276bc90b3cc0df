import ArgumentParser
import Diagnostics
import Foundation
import TaskKit

/// The files that are scored against each other.
struct ScoredFiles {
  /// Which file is which, as errors speak of them.
  var paths: [MetricError.Source: String]

  /// The text of one of the files.
  func text(_ source: MetricError.Source) throws -> String {
    let path = paths[source] ?? ""
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw UserError(
        "the file cannot be read", at: path,
        fix: "check that it exists and that you may read it")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw UserError(
        "the file is not UTF-8 text", at: path,
        fix: "convert it with iconv")
    }
    return text
  }

  /// Runs `body` and gives its metric errors the name of the file: that of
  /// the error's own source, or else of `source`.
  func located<Result>(
    in source: MetricError.Source? = nil, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as MetricError {
      let path = (error.source ?? source).flatMap { paths[$0] }
      let place = path.map { path in
        error.line.map { "\(path):\($0)" } ?? path
      }
      throw UserError(error.what, at: place, fix: error.fix)
    }
  }

  /// Reads one of the files with a parser.
  func read<Result>(
    _ source: MetricError.Source, _ parse: (String) throws -> Result
  ) throws -> Result {
    let text = try text(source)
    return try located(in: source) { try parse(text) }
  }
}

/// `--hyp` and `--ref`.
struct HypothesisAndReference: ParsableArguments {
  @Option(name: .customLong("hyp"), help: "The system's file.")
  var hypothesis: String

  @Option(name: .customLong("ref"), help: "The file with the truth.")
  var reference: String

  var files: ScoredFiles {
    ScoredFiles(paths: [.hypothesis: hypothesis, .reference: reference])
  }

  /// The lines of both files, brought together by their ids.
  func pairs(
    separator: KeyedLines.Separator = .space
  ) throws -> [KeyedLines.Pair] {
    let answers = try files.read(.hypothesis) {
      try KeyedLines(parsing: $0, separator: separator)
    }
    let truth = try files.read(.reference) {
      try KeyedLines(parsing: $0, separator: separator)
    }
    return try files.located {
      try KeyedLines.pairs(hypothesis: answers, reference: truth)
    }
  }
}

extension ParsableCommand {
  /// Prints a score as one line of JSON with sorted keys.
  func printScore(_ score: some Encodable) throws {
    try Console.printJSON(score, onOneLine: true, keys: .convertToSnakeCase)
  }
}
