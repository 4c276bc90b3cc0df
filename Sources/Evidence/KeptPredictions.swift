import Foundation
import Records
import TaskKit

/// What an experiment's folder keeps of its answers.
package struct KeptPredictions: Sendable {
  /// The experiment's folder, or one of each fold.
  package let folders: [String]

  /// - Parameter folder: where `result.json` lies.
  package init(of result: ExperimentResult, in folder: String) {
    folders =
      result.folds.isEmpty
      ? [folder] : result.folds.map { folder + "/" + $0.name }
  }

  /// - Parameter folder: that answers were written to, of one experiment.
  package init(folder: String) {
    folders = [folder]
  }

  /// The answers on a split by fold, in the order of ids; nil where a fold
  /// has none, or a file that cannot be read.
  package func answers(on split: String) -> [[SplitRecords.Prediction]]? {
    var folds: [[SplitRecords.Prediction]] = []
    for folder in folders {
      guard
        let answers: [SplitRecords.Prediction] = Self.lines(
          of: "\(folder)/predictions/\(split).jsonl"), !answers.isEmpty
      else { return nil }
      folds.append(answers)
    }
    return folds
  }

  /// What utterances add to a figure by fold, as their task has kept it
  /// without their answers; nil where a fold has nothing of it.
  package func shares(
    of metric: String, on split: String
  ) -> [[RecordLog.Share]]? {
    var folds: [[RecordLog.Share]] = []
    for folder in folders {
      guard
        let shares: [RecordLog.Share] = Self.lines(
          of: "\(folder)/\(split)_shares.jsonl")
      else { return nil }
      let own = shares.filter { $0.metric == metric }
      if own.isEmpty { return nil }
      folds.append(own)
    }
    return folds
  }

  /// The objects of a file of lines; nil if it cannot be read.
  private static func lines<Line: Decodable>(of path: String) -> [Line]? {
    guard let text = FileManager.default.contents(atPath: path) else {
      return nil
    }
    let lines = text.split(separator: UInt8(ascii: "\n"))
    return try? JSONDecoder().decode(
      [Line].self,
      from: Data("[".utf8) + lines.joined(separator: Data(",".utf8))
        + Data("]".utf8))
  }

  /// A file of the only folder, as text.
  package func text(_ name: String) -> String? {
    guard folders.count == 1 else { return nil }
    return FileManager.default.contents(atPath: folders[0] + "/" + name)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The scores of a split's verification trials, in the files that s3prl
  /// writes, `<split>_predict.txt` and `<split>_truth.txt`; nil if there are
  /// none.
  package func trials(on split: String) -> [VerificationTrial]? {
    guard let scores = text("\(split)_predict.txt"),
      let truth = text("\(split)_truth.txt")
    else { return nil }
    let labels = Dictionary(
      Self.pairs(truth), uniquingKeysWith: { first, _ in first })
    var trials: [VerificationTrial] = []
    for (name, value) in Self.pairs(scores) {
      guard let score = Double(value), score.isFinite,
        let label = labels[name], label == "0" || label == "1"
      else { return nil }
      trials.append(
        VerificationTrial(
          name: String(name), score: score, isTarget: label == "1"))
    }
    return trials.isEmpty ? nil : trials
  }

  private static func pairs(_ text: String) -> [(Substring, Substring)] {
    text.split(separator: "\n").compactMap { line in
      line.lastIndex(of: " ").map {
        (line[..<$0], line[line.index(after: $0)...])
      }
    }
  }
}

/// One comparison of two utterances.
package struct VerificationTrial: Equatable, Sendable {
  /// Both utterances' names with `_` between them.
  package var name: String
  package var score: Double
  package var isTarget: Bool
}
