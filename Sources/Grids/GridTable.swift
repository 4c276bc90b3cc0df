import Foundation
import Records

/// A grid's results by what varies, as rows of text. Nothing in it depends on
/// when or how often the grid was run.
package struct GridTable {
  /// The first row is the heading.
  package var rows: [[String]] = []
  /// What must be known of the choices.
  package var remarks: [String] = []

  /// - Parameters:
  ///   - result: of a cell.
  ///   - showsSeeds: a row for every cell, with its signature, instead of one
  ///     for every setting.
  package init(
    _ record: GridRecord, showsSeeds: Bool,
    result: (GridRecord.Cell) -> ExperimentResult?
  ) {
    let keys = record.chosenKeys
    let hasSeeds = record.keys.contains(GridRecord.seedKey)
    rows = [
      ["upstream", "task"] + keys.map(Self.shown)
        + (hasSeeds ? [showsSeeds ? "seed" : "seeds"] : [])
        + ["chooses", "figure", "signature"]
    ]
    for (upstream, task) in Self.pairs(of: record) {
      let cells = record.cells.filter {
        $0.upstream == upstream && $0.task == task
      }
      let choice = GridChoice(record, cells: cells, result: result)
      for (place, setting) in choice.settings.enumerated() {
        let head = [upstream, task] + setting.values
        let isChosen = place == choice.chosen && choice.settings.count > 1
        if showsSeeds {
          for cell in cells where setting.folders.contains(cell.folder) {
            let seed = hasSeeds ? [cell.values[GridRecord.seedKey] ?? ""] : []
            rows.append(
              head + seed + Self.figures(of: result(cell), choice.metric)
                + [Self.signature(cell.folder)])
          }
          continue
        }
        let first = setting.results.first
        // A training that never became better than it began has none on the
        // split that chooses.
        let count = setting.deciding.count
        let part = count < setting.results.count ? " (of \(count))" : ""
        let sign = part + (isChosen ? " *" : "")
        rows.append(
          head
            + (hasSeeds
              ? ["\(setting.results.count)/\(setting.folders.count)"] : [])
            + [
              (choice.metric.map { Self.text(setting.deciding, $0) } ?? "–")
                + sign,
              first?.primaryMetric.map { Self.text(setting.ranking, $0) }
                ?? "–",
              hasSeeds ? "" : Self.signature(setting.folders.first ?? ""),
            ])
      }
      remarks += Self.remarks(choice, upstream, task)
    }
  }

  private static func pairs(of record: GridRecord) -> [(String, String)] {
    var pairs: [(String, String)] = []
    for cell in record.cells
    where !pairs.contains(where: { $0 == (cell.upstream, cell.task) }) {
      pairs.append((cell.upstream, cell.task))
    }
    return pairs
  }

  private static func shown(_ key: String) -> String {
    for scope in ["config.", "args."] where key.hasPrefix(scope) {
      return String(key.dropFirst(scope.count))
    }
    return key
  }

  private static func signature(_ folder: String) -> String {
    String((folder as NSString).lastPathComponent.prefix(12))
  }

  private static func figures(
    of result: ExperimentResult?, _ metric: ExperimentResult.Metric?
  ) -> [String] {
    guard let result else { return ["–", "–"] }
    guard result.status == .done else { return ["failed", "failed"] }
    let deciding = metric.flatMap { result.figure(like: $0) }
    return [
      deciding.flatMap { value in metric.map { text([value], $0) } } ?? "–",
      result.primaryMetric.map { text([$0.value], $0) } ?? "–",
    ]
  }

  /// `dev accuracy 61.57 ± 0.80 %`.
  private static func text(
    _ values: [Double], _ metric: ExperimentResult.Metric
  ) -> String {
    guard !values.isEmpty else { return "–" }
    let factor = metric.unit == .fraction ? 100.0 : 1
    let format = metric.unit == .plain ? "%.4f" : "%.2f"
    var text =
      "\(metric.split) \(metric.title) "
      + String(format: format, values.mean * factor)
    if let deviation = values.sampleDeviation {
      text += " ± " + String(format: format, deviation * factor)
    }
    return metric.unit == .plain ? text : text + " %"
  }

  private static func remarks(
    _ choice: GridChoice, _ upstream: String, _ task: String
  ) -> [String] {
    var remarks: [String] = []
    let name = "\(upstream) × \(task)"
    if choice.missing > 0 {
      remarks.append("\(name): \(choice.missing) without a result")
    }
    guard choice.settings.count > 1 else { return remarks }
    if choice.isChosenOnTest, choice.chosen != nil {
      remarks.append(
        "\(name): chosen on the test split, there is no figure on another")
    }
    return remarks
      + choice.edges.map {
        "\(name): not final, the best is at the edge: \($0)"
      }
  }
}

extension ExperimentResult {
  fileprivate func figure(like metric: Metric) -> Double? {
    metrics.first { $0.name == metric.name && $0.split == metric.split }?.value
  }
}
