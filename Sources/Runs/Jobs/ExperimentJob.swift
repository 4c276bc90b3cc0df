import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Training

/// One experiment of a run, in a process that knows nothing but its folder:
/// what a job of a cluster does.
package struct ExperimentJob {
  private let folder: String
  private let limits: WorkerLimits
  private let timeSeconds: Double?

  /// - Parameters:
  ///   - folder: of an experiment that ``Run/prepareForJobs(besides:)`` has
  ///     made ready.
  ///   - timeSeconds: after which the scheduler ends it.
  package init(
    folder: String, limits: WorkerLimits, timeSeconds: Double? = nil
  ) {
    self.folder = folder
    self.limits = limits
    self.timeSeconds = timeSeconds
  }

  /// Runs the experiment, if it has no result, and makes the mean over the
  /// folds if it is the last of them.
  ///
  /// - Returns: the process's exit code; 75 if it was told to stop.
  /// - Throws: `UserError` if another job works there.
  package func run() throws -> Int32 {
    let lock = try Job.lock(folder)
    defer { lock.unlock() }
    let recorder = JobRecorder(folder: folder, timeSeconds: timeSeconds)
    var code = ExitCode.userError
    defer { recorder.end(code) }
    let plan = try RunPlan(ofCellWith: folder, limits: limits)
    let run = Run(plan, installation: try .current(), isJob: true) { event in
      switch event {
      case .progress(_, _, let phase, let done, let total, let note):
        recorder.note(phase, done: done, total: total, note: note)
      case .notice(_, _, let text), .remark(let text): StandardError.note(text)
      case .skipped, .started, .finished: break
      }
    }
    code = try run.perform(folder: folder)
    return code
  }
}

extension Run {
  /// Makes each experiment's folder ready for a job to work in that has no
  /// result yet, and gives those.
  ///
  /// - Parameter kept: folders of cells that are left as they are.
  package func prepareForJobs(
    besides kept: Set<String>
  ) throws -> [(cell: RunCell, experiment: Experiment, folder: String)] {
    try whileLocked {
      let work = try open(besides: kept)
      let missing = try work.compactMap {
        cell, index -> (RunCell, Experiment, String)? in
        let (experiment, folder) = cell.experiments[index]
        if holds(experiment, folder) { return nil }
        try prepare(folder, for: experiment)
        return (cell, experiment, folder)
      }
      // A job that was lost may have been the one to make the mean.
      let open = Set(missing.map(\.0.folder))
      for (cell, index) in work where index == 0 && !open.contains(cell.folder)
      {
        guard let last = finishedResult(cell.experiments[0].folder) else {
          continue
        }
        try finish(cell, last: last)
      }
      return missing
    }
  }

  /// Works off one experiment of the plan.
  ///
  /// - Returns: the exit code: 0, 1 if it has failed, 75 if it was stopped.
  fileprivate func perform(folder: String) throws -> Int32 {
    for cell in plan.cells {
      for (experiment, place) in cell.experiments where place == folder {
        var result = finishedResult(folder)
        if !holds(experiment, folder) {
          result = try work(cell, experiment, folder: folder)
        }
        guard let result else { return ExitCode.interrupted }
        if cell.isCrossValidated {
          // Two folds may end at the same time.
          let lock = try FileLock(path: cell.folder + "/" + Job.lockName)
          defer { lock.unlock() }
          try finish(cell, last: result)
        }
        return result.status == .done ? ExitCode.done : ExitCode.someFailed
      }
    }
    throw UserError("there is no experiment here", at: folder)
  }
}

extension RunPlan {
  /// The plan of the cell that an experiment belongs to, as the folders have
  /// it.
  fileprivate init(ofCellWith folder: String, limits: WorkerLimits) throws {
    let experiment = try Experiment.read(from: folder)
    let isFold = experiment.fold == (folder as NSString).lastPathComponent
    let cell =
      isFold ? (folder as NSString).deletingLastPathComponent : folder
    let folds = isFold ? experiment.task.folds?.names ?? [] : []
    let record = CellRecord.read(from: cell)
    var request = RunRequest(benchmark: Benchmark())
    request.limits = limits
    var root = cell as NSString
    for _ in 0..<3 { root = root.deletingLastPathComponent as NSString }
    self.init(
      request,
      cells: [
        RunCell(
          upstream: experiment.upstream, task: experiment.task.id,
          folder: cell,
          signature: try record?.signature ?? experiment.signature(),
          experiments: isFold
            ? folds.compactMap { fold in
              let place = cell + "/" + fold
              return (try? Experiment.read(from: place)).map { ($0, place) }
            } : [(experiment, folder)],
          failure: nil, whole: record?.experiment)
      ], root: root as String)
  }
}
