import Diagnostics
import Foundation
import Records
import Training

extension RunPlan {
  /// One plan of the cells of several, each cell once; the first says how it
  /// is run and where.
  ///
  /// - Throws: `UserError` where cells would train an upstream together.
  package init(merging plans: [RunPlan]) throws {
    guard let first = plans.first else {
      throw InternalError("a plan of no plans")
    }
    guard !first.request.isMultitask else {
      throw UserError(
        "a grid trains each of its cells apart", at: "--multitask",
        fix: "leave it out; the hidden states are shared all the same")
    }
    var seen: Set<String> = []
    request = first.request
    root = first.root
    cells = plans.flatMap(\.cells).filter { seen.insert($0.folder).inserted }
  }
}

extension RunCell {
  /// What the cell is, for its record; nil for one that cannot be run.
  package var registered: Experiment? {
    whole ?? experiments.first?.experiment
  }

  /// Writes what the cell's folder says of itself, with this command.
  package func register() throws {
    guard let experiment = registered else { return }
    try ExperimentFolder.refuseLink(folder)
    try CellRecord(
      experiment: experiment, signature: signature, origins: origins,
      commands: [.current(version: Versions.program)]
    ).write(to: folder)
  }
}

extension RunPlan {
  /// The same cells, of which those with a result are not run again.
  package var continuing: RunPlan {
    var request = request
    request.isFresh = false
    return RunPlan(request, cells: cells, root: root)
  }

  /// The same for some of its cells.
  package func withCells(_ cells: [RunCell]) -> RunPlan {
    RunPlan(request, cells: cells, root: root)
  }

  init(_ request: RunRequest, cells: [RunCell], root: String) {
    self.request = request
    self.cells = cells
    self.root = root
  }
}

extension RunPlan {
  /// The same with so many cores for each experiment, which decide no number.
  package func settingThreads(_ threads: Int) -> RunPlan {
    withCells(
      cells.map { cell in
        var whole = cell.whole
        whole?.threads = threads
        return RunCell(
          upstream: cell.upstream, task: cell.task, folder: cell.folder,
          signature: cell.signature,
          experiments: cell.experiments.map {
            var experiment = $0.experiment
            experiment.threads = threads
            return (experiment, $0.folder)
          }, failure: cell.failure, whole: whole, origins: cell.origins)
      })
  }
}
