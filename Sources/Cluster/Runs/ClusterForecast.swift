import Foundation
import Hosting
import Records
import Runs

/// What a plan will take on a cluster, from what its cells take here.
package struct ClusterForecast: Sendable {
  /// One upstream on one task.
  package struct Row: Sendable {
    package var upstream: String
    package var task: String
    package var cells: Int
    /// Jobs of a cell.
    package var jobs: Int
    package var outlook: RunForecast.Outlook

    package var forecast: ExperimentForecast? {
      if case .needs(let forecast) = outlook { forecast } else { nil }
    }
    /// Of one job, without extraction.
    package var secondsEach: Double {
      guard let forecast else { return 0 }
      return (forecast.seconds - forecast.extractionSeconds)
        / Double(max(1, jobs))
    }
    /// What a cell reads from the shared store if a node keeps what it has
    /// read in its memory.
    package var bytesRead: Int { (forecast?.epochBytes ?? 0) * jobs }
  }

  package let rows: [Row]
  private let nodes: Int
  private let shards: Int

  /// Measures one cell of each upstream and task; those of a grid take as
  /// long.
  ///
  /// - Parameter nodes: jobs that run at a time.
  package init(
    _ plan: RunPlan, settings: ClusterSettings, nodes: Int,
    installation: Installation,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    self.nodes = max(1, nodes)
    shards = settings.shards
    var first: [RunCell] = []
    var counts: [[String]: Int] = [:]
    for cell in plan.cells {
      let key = [cell.upstream, cell.task]
      if counts[key] == nil { first.append(cell) }
      counts[key, default: 0] += 1
    }
    let measured = RunForecast(
      plan.withCells(first), installation: installation, progress: progress)
    rows = measured.cells.map { cell, outlook in
      Row(
        upstream: cell.upstream, task: cell.task,
        cells: counts[[cell.upstream, cell.task]] ?? 1,
        jobs: cell.experiments.count, outlook: outlook)
    }
  }

  package init(rows: [Row], shards: Int, nodes: Int) {
    self.rows = rows
    self.shards = shards
    self.nodes = max(1, nodes)
  }

  /// Jobs in the queue, shards included.
  package var jobs: Int {
    Set(rows.map(\.upstream)).count * shards
      + rows.reduce(0) { $0 + $1.cells * $1.jobs }
  }

  /// Of all jobs together.
  package var seconds: Double {
    rows.reduce(0) {
      $0 + ($1.forecast?.extractionSeconds ?? 0)
        + $1.secondsEach * Double($1.cells * $1.jobs)
    }
  }

  /// From the first job to the last, if nobody else is in the queue: shards
  /// first, then the longest jobs first.
  package var wallSeconds: Double {
    let extraction = rows.reduce(0) {
      $0 + ($1.forecast?.extractionSeconds ?? 0)
    }
    var ends = [Double](repeating: 0, count: nodes)
    let lengths = rows.flatMap {
      [Double](repeating: $0.secondsEach, count: $0.cells * $0.jobs)
    }.sorted(by: >)
    // Nodes that are free the earliest come first.
    for length in lengths {
      guard let place = ends.indices.min(by: { ends[$0] < ends[$1] }) else {
        break
      }
      ends[place] += length
    }
    let workers = Double(
      min(nodes, max(1, Set(rows.map(\.upstream)).count * shards)))
    return extraction / workers + (ends.max() ?? 0)
  }

  package var longestSeconds: Double { rows.map(\.secondsEach).max() ?? 0 }

  package var diskBytes: Int {
    rows.reduce(0) { sum, row in
      guard let forecast = row.forecast else { return sum }
      return sum + forecast.featureBytes
        + forecast.checkpointBytes * row.cells * row.jobs
    }
  }

  package var bytesRead: Int {
    rows.reduce(0) { $0 + $1.bytesRead * $1.cells }
  }
}
