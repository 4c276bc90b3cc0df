import Foundation
import Records

extension Section {
  /// ` ± 0.8` for a mean over seeds, in the column's unit; else nothing.
  static func spread(of row: Row, in column: Column) -> String {
    guard let metric = column.metric, let task = column.task,
      let entry = row.entries[task],
      let own = entry.result.metrics.first(where: {
        Column.Metric($0) == metric
      }),
      let deviation = entry.seedValues(of: own).sampleDeviation,
      let shown = own.unit.shown(deviation)
    else { return "" }
    return " ± " + column.text(shown)
  }

  /// How figures were chosen, and over how many seeds they are means.
  static func choiceRemarks(_ rows: [Row]) -> [String] {
    let entries = rows.flatMap { row in
      row.entries.sorted { $0.key < $1.key }.map { task, entry in
        (name: "\(row.upstream) × \(task)", task: task, entry: entry)
      }
    }
    var remarks: [String] = []
    let all = entries.count
    let counts = Dictionary(
      grouping: entries.filter { !$0.entry.seeds.isEmpty },
      by: \.entry.seeds.count)
    for (count, entries) in counts.sorted(by: { $0.key < $1.key }) {
      let which = ": " + entries.map(\.name).joined(separator: ", ")
      remarks.append(
        "Mean ± standard deviation of \(count) seeds"
          + (all > 1 && entries.count == all ? "." : which + "."))
    }
    remarks += searches(entries.map { ($0.task, $0.entry) })
    for (name, _, entry) in entries {
      for reservation in entry.reservations {
        switch reservation {
        case .atEdge(let what):
          remarks.append("Not final: \(name), at the edge: \(what).")
        case .chosenOnTest:
          remarks.append("Chosen on the test split: \(name).")
        case .incomplete(let count):
          remarks.append(
            "Not final: \(name), \(count) of the grid without a result.")
        }
      }
    }
    return remarks
  }

  /// Where a protocol chooses on the split that it reports, what the rows
  /// would be if dev had chosen: no column of its own, and not ranked.
  static func devRemarks(_ rows: [Row], _ columns: [Column]) -> [String] {
    columns.filter(\.isPrimary).compactMap { column in
      guard let task = column.task else { return nil }
      let figures = rows.compactMap { row -> (row: String, text: String?)? in
        guard let result = row.entries[task]?.result, result.status == .done
        else { return nil }
        let own = result.chosenOnDev
        return (
          row.upstream,
          own.flatMap { $0.unit.shown($0.value) }.map(column.text)
        )
      }
      guard figures.contains(where: { $0.text != nil }) else { return nil }
      return "\(task): the protocol chooses its \(column.title) on"
        + " \(column.metric?.split ?? "test"); chosen on dev: "
        + figures.map { "\($0.row) \($0.text ?? "not known")" }
        .joined(separator: ", ") + "."
    }
  }

  /// Which tasks have chosen a learning rate, and among how many.
  private static func searches(
    _ entries: [(task: String, entry: Leaderboard.Entry)]
  ) -> [String] {
    var counts: [String: Set<Int>] = [:]
    for (task, entry) in entries {
      let result = entry.result
      for case let curve? in [result.learningRates]
        + result.folds.map(\.learningRates)
      {
        counts[task, default: []].insert(curve.points.count)
      }
    }
    guard !counts.isEmpty else { return [] }
    let tasks = counts.sorted { $0.key < $1.key }.map { task, counts in
      "\(task) ("
        + counts.sorted().map(String.init).joined(separator: " or ") + ")"
    }
    return [
      "Learning rate chosen on dev among several: "
        + tasks.joined(separator: ", ") + "; one rate elsewhere."
    ]
  }
}
