import Evidence
import Files
import Foundation
import Records
import Training

/// What a head has come to on one split under one setting, as
/// `docs/schemas/evaluation.json` describes it for others.
struct EvaluatedSplit: Codable {
  var checkpoint: String
  var upstream: String
  var task: String
  var fold: String?
  /// Updates that the head has seen.
  var step: Int
  /// What the command has changed, as `-o` spells it.
  var settings: [String]
  var split: String
  var figures: [String: Double]
  /// In the order of the task's report.
  var order: [String]
  /// Why batches were left out.
  var skipped: [String]?
  /// By what they are the worst.
  var worst: [String: [WorstCase]]?
  var groups: [GroupFigure]?
  /// SHA-256 of all that decides the figures.
  var key: String
  /// Whether the predictions came with confidences.
  var hasConfidence: Bool?
  /// Where predictions and files lie.
  var folder: String?

  static func fileName(_ split: String) -> String {
    "evaluation-\(split).json"
  }

  /// What an earlier command has left; nil if that is of something else.
  static func read(
    _ split: String, from folder: String, key: String
  ) -> EvaluatedSplit? {
    FileManager.default.contents(atPath: folder + "/" + fileName(split))
      .flatMap { try? JSONDecoder().decode(Self.self, from: $0) }
      .flatMap { $0.key == key ? $0 : nil }
  }

  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [
      .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
    ]
    try AtomicFile.write(
      try encoder.encode(self), to: folder + "/" + Self.fileName(split))
  }
}

/// Evaluations as they are shown.
struct EvaluationTable {
  var rows: [EvaluatedSplit]

  func show() {
    let hasSteps =
      Set(rows.map { "\($0.task) \($0.upstream) \($0.fold ?? "")" }).count
      < Set(rows.map(\.checkpoint)).count
    let hasSettings = rows.contains { !$0.settings.isEmpty }
    func line(
      _ upstream: String, _ task: String, step: String, settings: String,
      _ split: String, _ metric: String, _ value: String
    ) -> [String] {
      var cells = [upstream, task]
      if hasSteps { cells.append(step) }
      if hasSettings { cells.append(settings) }
      return cells + [split, metric, value]
    }
    var lines = [
      line(
        "upstream", "task", step: "step", settings: "settings", "split",
        "metric", "value")
    ]
    for row in rows {
      let task = row.task + (row.fold.map { " \($0)" } ?? "")
      for metric in row.order {
        lines.append(
          line(
            row.upstream, task, step: "\(row.step)",
            settings: row.settings.joined(separator: ", "), row.split, metric,
            Self.text(row.figures[metric] ?? .nan)))
      }
    }
    Console.printTable(lines)
    showGroups()
    showWorst()
  }

  private func showGroups() {
    let groups = rows.flatMap { row in
      (row.groups ?? []).map { group in
        [
          row.task, group.split, group.attribute,
          group.group.isEmpty ? "unknown" : group.group, "\(group.count)",
          group.metric, Self.text(group.value),
        ]
      }
    }
    guard !groups.isEmpty else { return }
    print("")
    Console.printTable(
      [["task", "split", "by", "group", "count", "metric", "value"]] + groups)
  }

  private func showWorst() {
    let cases = rows.flatMap { row in
      (row.worst ?? [:]).sorted { $0.key < $1.key }.flatMap { name, cases in
        cases.map { one in
          [
            row.task, one.split, name, Self.text(one.error), one.id,
            one.predicted, one.truth,
          ]
        }
      }
    }
    guard !cases.isEmpty else { return }
    print("")
    Console.printTable(
      [["task", "split", "worst by", "", "id", "predicted", "truth"]] + cases)
  }

  private static func text(_ value: Double) -> String {
    String(format: "%.6g", value)
  }
}
