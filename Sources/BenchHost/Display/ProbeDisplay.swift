import Diagnostics
import Foundation
import Page
import Records
import Runs
import Training

/// Shows profiles of layers, and how their making goes.
final class ProbeDisplay {
  private var hasLine = false

  /// One line that is drawn again on a terminal.
  func report(of cell: RunCell) -> WorkerReport {
    WorkerReport { [weak self] phase, done, total in
      guard StandardError.isTerminal else { return }
      self?.hasLine = true
      StandardError.draw(
        "\(cell.upstream) \(cell.task): \(phase) \(done)/\(total)")
    }
  }

  func finish() {
    guard hasLine else { return }
    hasLine = false
    StandardError.draw("")
  }

  /// A row for each layer.
  func show(_ profile: LayerProfile) {
    print(
      "\(profile.upstream.oneLine) · \(profile.task): \(profile.classes) "
        + "classes, \(profile.trainUtterances) utterances of "
        + "\(profile.trainSplit.oneLine), \(profile.utterances) of "
        + profile.split.oneLine)
    func row(_ name: String, _ figures: LayerProfile.Figures) -> [String] {
      [name]
        + LayerProfile.Figures.columns.map { _, path in
          let text = figures[keyPath: path].map(Self.percent) ?? "–"
          let spread = path == \.fewShot ? figures.fewShotDeviation : nil
          return text + (spread.map { " ± " + Self.percent($0) } ?? "")
        } + [String(format: "%.4g", figures.meanNorm)]
    }
    let titles = LayerProfile.Figures.columns.map { $0.title + " %" }
    var rows = [["layer"] + titles + ["mean norm"]]
    rows += profile.layers.enumerated().map { row("\($0)", $1) }
    if let sum = profile.sum {
      rows.append(row(profile.isLearned ? "weighted sum" : "mean", sum))
    }
    Console.printTable(rows)
    let curve = Sparkline(
      profile.layers.compactMap(\.neighbours), width: 40
    ).text
    if !curve.isEmpty {
      print("kNN by layer \(curve)  best: layer \(profile.best)")
    }
    print()
  }

  /// A row for each checkpoint, and a curve for each task.
  func show(_ profiles: [LayerProfile], steps: [String: Int]) {
    var tasks: [String] = []
    for profile in profiles where !tasks.contains(profile.task) {
      tasks.append(profile.task)
    }
    let known = profiles.sorted {
      steps[$0.upstream] ?? 0 < steps[$1.upstream] ?? 0
    }
    var rows = [["step"] + tasks.map { $0 + " kNN % (best layer)" }]
    for (name, step) in steps.sorted(by: { $0.value < $1.value }) {
      rows.append(
        ["\(step)"]
          + tasks.map { task in
            known.first { $0.upstream == name && $0.task == task }.map {
              (Self.best($0).map(Self.percent) ?? "–") + " (\($0.best))"
            } ?? "–"
          })
    }
    Console.printTable(rows)
    for task in tasks {
      let values = known.filter { $0.task == task }.compactMap(Self.best)
      let curve = Sparkline(values, width: 40).text
      if !curve.isEmpty { print("\(task)  \(curve)") }
    }
  }

  private static func best(_ profile: LayerProfile) -> Double? {
    profile.layers[profile.best].neighbours
  }

  private static func percent(_ share: Double) -> String {
    String(format: "%.2f", share * 100)
  }
}
