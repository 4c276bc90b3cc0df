import Diagnostics
import Foundation
import Hosting
import Records
import Upstreams

/// What each cell of a plan will take, and whether the machine has it.
package struct RunForecast: Sendable {
  package enum Outlook: Sendable {
    /// The cell has its result.
    case done
    case needs(ExperimentForecast)
    /// It will fail, or could not be measured.
    case fails(String)
  }

  /// In the plan's order.
  package private(set) var cells: [(cell: RunCell, outlook: Outlook)]
  /// The same without a limit of the store, if the run has one.
  package private(set) var unlimited: (seconds: Double, diskBytes: Int)?
  private let plan: RunPlan

  /// Measures one experiment of each cell that has no result yet.
  package init(
    _ plan: RunPlan, installation: Installation,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    self.plan = plan
    var cells: [(RunCell, Outlook)] = []
    var known: [String: [FeatureView: Set<UInt64>]] = [:]
    let standing = StandingResults(readsAll: plan.request.verifiesData)
    for cell in plan.cells {
      progress(cells.count, plan.cells.count)
      var outlook = Self.outlook(
        of: cell, plan, standing, installation: installation)
      if case .needs(var forecast) = outlook {
        forecast.share(with: &known[cell.upstream, default: [:]])
        outlook = .needs(forecast)
      }
      cells.append((cell, outlook))
    }
    progress(cells.count, plan.cells.count)
    self.cells = cells
    if let limit = plan.request.storeLimit {
      unlimited = (seconds, diskBytes)
      share(limit)
    }
  }

  /// Gives a store's bytes to the cells whose features pay most for each of
  /// them.
  private mutating func share(_ limit: Int) {
    func worth(_ place: Int) -> Double {
      guard case .needs(let forecast) = cells[place].outlook,
        forecast.featureBytes > 0
      else { return 0 }
      let sharing = cells[place].cell.experiments.first?.experiment.storeLimit
      return forecast.extractionSeconds * Double(sharing?.sharing ?? 1)
        / Double(forecast.featureBytes)
    }
    var left = Double(limit)
    var shares: [String: [FeatureView: Double]] = [:]
    for place in cells.indices.sorted(by: { worth($0) > worth($1) }) {
      guard case .needs(var forecast) = cells[place].outlook else { continue }
      let bytes = Double(forecast.featureBytes)
      // What others store comes with them.
      let known = shares[cells[place].cell.upstream]?[forecast.view]
      forecast.keptShare = bytes > 0 ? min(1, left / bytes) : known ?? 1
      left -= bytes * forecast.keptShare
      if bytes > 0, known == nil {
        shares[cells[place].cell.upstream, default: [:]][forecast.view] =
          forecast.keptShare
      }
      cells[place].outlook = .needs(forecast)
    }
  }

  private static func outlook(
    of cell: RunCell, _ plan: RunPlan, _ standing: StandingResults,
    installation: Installation
  ) -> Outlook {
    if let failure = cell.failure { return .fails("\(failure)") }
    let isDone =
      ExperimentResult.read(fromFolder: cell.folder)?.status == .done
      && standing.verdict(of: cell)?.mayStand == true
    if isDone, !plan.request.isFresh { return .done }
    guard let first = cell.experiments.first?.experiment else {
      return .fails("the cell has no experiment")
    }
    do {
      var forecast = try ExperimentForecast.run(
        first, installation: installation, limits: plan.request.limits)
      // Folds train anew each on the same utterances.
      let folds = Double(cell.experiments.count)
      forecast.trainingSeconds *= folds
      forecast.evaluationSeconds *= folds
      return .needs(forecast)
    } catch {
      return .fails("\(error)")
    }
  }

  /// Of all cells; features that several tasks share are counted with the
  /// first of them.
  package var seconds: Double {
    forecasts.map(\.seconds).reduce(0, +)
      / Double(max(1, min(plan.request.jobs, forecasts.count)))
  }

  package var diskBytes: Int { forecasts.map(\.diskBytes).reduce(0, +) }

  /// Of the largest experiments that may run at a time.
  package var memoryBytes: Int {
    forecasts.map(\.memoryBytes).sorted(by: >).prefix(plan.request.jobs)
      .reduce(0, +)
  }

  /// What the machine will not bear.
  package var warnings: [String] {
    var warnings: [String] = []
    if let store = plan.cells.lazy.compactMap({ $0.experiments.first }).first,
      let free = DiskSpace.free(
        in: Self.existing(store.experiment.store)), diskBytes > free
    {
      warnings.append(
        "the disk has \(ByteCount.shown(free)) left, the run may need"
          + " \(ByteCount.shown(diskBytes))")
    }
    let available = MachineMemory.available
    if memoryBytes > available {
      warnings.append(
        "\(ByteCount.shown(available)) of memory are free, the run may need"
          + " \(ByteCount.shown(memoryBytes)): use fewer --jobs")
    }
    return warnings
  }

  private var forecasts: [ExperimentForecast] {
    cells.compactMap { _, outlook in
      if case .needs(let forecast) = outlook { forecast } else { nil }
    }
  }

  /// The nearest folder above that is there.
  private static func existing(_ path: String) -> String {
    var path = path
    while path.count > 1, access(path, F_OK) != 0 {
      path = (path as NSString).deletingLastPathComponent
    }
    return path
  }
}
