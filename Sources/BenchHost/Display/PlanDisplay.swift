import Diagnostics
import Foundation
import Hosting
import Runs

/// Shows a plan with what it will take.
enum PlanDisplay {
  /// - Returns: whether every cell can be run.
  static func show(_ plan: RunPlan, installation: Installation) -> Bool {
    let isTerminal = StandardError.isTerminal
    let forecast = RunForecast(plan, installation: installation) {
      done, total in
      guard isTerminal else { return }
      StandardError.draw(done < total ? "measuring \(done)/\(total)" : "")
    }
    Console.printTable(
      [
        [
          "upstream", "task", "experiments", "time", "extraction", "training",
          "evaluation", "disk", "memory", "folder",
        ]
      ] + forecast.cells.map(row))
    print(
      """
      in all about \(Duration.shown(seconds: forecast.seconds)), \
      \(ByteCount.shown(forecast.diskBytes)) of disk, \
      \(ByteCount.shown(forecast.memoryBytes)) of memory; features that \
      several tasks share are counted with the first
      """)
    if let whole = forecast.unlimited {
      print(
        """
        without --store-limit about \(Duration.shown(seconds: whole.seconds)), \
        \(ByteCount.shown(whole.diskBytes)) of disk
        """)
    }
    for warning in forecast.warnings {
      StandardError.note("warning: \(warning)")
    }
    return forecast.cells.allSatisfy { _, outlook in
      if case .fails = outlook { false } else { true }
    }
  }

  private static func row(
    _ cell: RunCell, _ outlook: RunForecast.Outlook
  ) -> [String] {
    let name = [cell.upstream, cell.task, "\(cell.experiments.count)"]
    switch outlook {
    case .done:
      return name + ["done"] + Array(repeating: "", count: 5) + [cell.folder]
    case .fails(let reason):
      return name + Array(repeating: "", count: 6)
        + ["cannot run: \(reason.firstLine)"]
    case .needs(let forecast):
      return name + [
        Duration.shown(seconds: forecast.seconds),
        Duration.shown(seconds: forecast.upstreamSeconds)
          + " (\(forecast.missing) of \(forecast.utterances))",
        Duration.shown(seconds: forecast.trainingSeconds),
        Duration.shown(
          seconds: forecast.evaluationSeconds + forecast.alignmentSeconds),
        ByteCount.shown(forecast.diskBytes),
        ByteCount.shown(forecast.memoryBytes), cell.folder,
      ]
    }
  }
}
