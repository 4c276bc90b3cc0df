import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Synchronization
import Training
import Upstreams

/// Runs the cells of a plan, each experiment in a process of its own, so
/// that a task that crashes costs one cell.
package final class Run: Sendable {
  let plan: RunPlan
  let executable: String
  let queue: WorkQueue
  /// Nil for a job, which has one experiment of many and says of itself what
  /// it does.
  private let recorder: RunRecorder?
  let standing: StandingResults
  let watch: @Sendable (RunEvent) -> Void

  /// - Parameter isJob: whether this is one of many processes that work the
  ///   plan off.
  package init(
    _ plan: RunPlan, installation: Installation, isJob: Bool = false,
    watch: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.plan = plan
    executable = installation.executable
    let recorder = isJob ? nil : RunRecorder(plan)
    self.recorder = recorder
    let remarks = Remarks()
    self.watch = {
      if case .remark(let text) = $0, !remarks.isNew(text) { return }
      recorder?.note($0)
      watch($0)
    }
    queue = WorkQueue()
    standing = StandingResults(readsAll: plan.request.verifiesData)
  }

  /// Runs what has no result yet and returns the exit code: 0 if every cell
  /// has a number, 1 if some failed, 75 if interrupted.
  package func run() throws -> Int32 {
    try whileLocked {
      let work = try open()
      queue.fill(work)
      try trainJointly(work)
      let workers = max(1, min(plan.request.jobs, work.count))
      // Threads of their own: a pool's are no more than there are cores.
      let group = DispatchGroup()
      for _ in 0..<workers {
        group.enter()
        Thread {
          self.serve()
          group.leave()
        }.start()
      }
      group.wait()
      if let error = queue.firstError { throw error }
    }
    if Interruption.isRequested { return ExitCode.interrupted }
    return queue.failures == 0 ? ExitCode.done : ExitCode.someFailed
  }

  /// Calls `body` while nobody else may begin to work in the run's folder.
  func whileLocked<Result>(_ body: () throws -> Result) throws -> Result {
    try makeFolder(plan.root)
    let lock = try FileLock(
      path: plan.root + "/" + RunRecord.lockName,
      orThrow: UserError(
        "another superb is running here", at: plan.root,
        fix: "wait for it, or choose another --name"))
    recorder?.write()
    defer {
      recorder?.write()
      lock.unlock()
    }
    return try body()
  }

  /// Sees which experiments have no result yet, and tells of the others.
  ///
  /// - Parameter kept: folders of cells that are left as they are.
  func open(besides kept: Set<String> = []) throws -> [(RunCell, Int)] {
    var work: [(RunCell, Int)] = []
    if !plan.request.isFresh { try forgetResultsOfOpenSharedTrainings() }
    for cell in plan.cells where !kept.contains(cell.folder) {
      if plan.request.isFresh {
        try ExperimentFolder.refuseLink(cell.folder)
        try removeAll(cell.folder)
      }
      if cell.failure == nil, let result = standingResult(cell) {
        watch(.skipped(cell, result))
        continue
      }
      if let failure = cell.failure {
        recordBroken(cell, failure)
        continue
      }
      tellWhyStale(cell)
      queue.expect(cell.experiments.count, of: cell.folder)
      // What the folder refuses, the experiment's own worker will say.
      try? cell.register()
      work += cell.experiments.indices.map { (cell, $0) }
    }
    return work
  }

  /// Takes experiments from the queue until there are none.
  private func serve() {
    while !Interruption.isRequested, let (cell, index) = queue.next() {
      perform(cell, index)
    }
  }

  private func perform(_ cell: RunCell, _ index: Int) {
    do {
      let (experiment, folder) = cell.experiments[index]
      let before = finishedResult(folder)
      var result = before
      // Folds that were done before the run was interrupted are kept.
      if !holds(experiment, folder) {
        result = try work(cell, experiment, folder: folder)
      }
      guard let result else { return }
      if result != before { queue.noteChange(of: cell.folder) }
      guard queue.isLast(of: cell.folder) else { return }
      if !queue.hasChanged(cell.folder),
        let whole = finishedResult(cell.folder)
      {
        queue.announce { watch(.skipped(cell, whole)) }
      } else {
        try finish(cell, last: result)
      }
    } catch {
      queue.note(error)
    }
  }

  /// One experiment in one worker; nil if it was interrupted.
  func work(
    _ cell: RunCell, _ experiment: Experiment, folder: String
  ) throws -> ExperimentResult? {
    let started = Date()
    func failed(_ failure: ExperimentResult.Failure) throws -> ExperimentResult
    {
      let result = try ExperimentResult(
        of: experiment, failure: failure,
        cost: ExperimentResult.Cost(
          wallSeconds: Date().timeIntervalSince(started), cpuSeconds: 0,
          peakMemoryBytes: 0, upstreamPasses: 0, trainingSteps: 0))
      keep(result, in: folder)
      return result
    }
    if let failure = queue.failure(of: folder) { return try failed(failure) }
    let end: WorkerProcess.End
    var reported: ExperimentResult.Failure?
    do {
      try prepare(folder, for: experiment)
      queue.announce { watch(.started(cell, fold: experiment.fold)) }
      end = try WorkerProcess(executable: executable, folder: folder)
        .run(limits: plan.request.limits) { [self] message in
          if let failure = message.failure { return reported = failure }
          queue.announce {
            watch(RunEvent(message, of: cell, fold: experiment.fold))
          }
        }
    } catch let error as UserError {
      return try failed(
        ExperimentResult.Failure(kind: .user, reason: error.description))
    }
    if Interruption.isRequested { return nil }
    // Who ends a job tells all of its processes, in any order.
    if recorder == nil, end == .exited(ExitCode.interrupted) { return nil }
    return try readResult(folder)
      ?? failed(reported ?? end.failure(folder: folder))
  }

  /// Makes the folder ready for its worker: with what an interrupted training
  /// of the same experiment has left, and nothing of another.
  func prepare(_ folder: String, for experiment: Experiment) throws {
    try makeFolder(folder)
    if !canContinue(experiment, in: folder) {
      try ExperimentFolder.clear(folder)
    }
    // A worker that finds a result asks the task whether it still holds.
    if standing.verdict(of: experiment, in: folder) != .otherNames {
      try ExperimentResult.putAside(inFolder: folder)
    }
    try experiment.write(to: folder)
  }

  /// Writes the mean over folds where there are some, and tells the watcher.
  func finish(_ cell: RunCell, last: ExperimentResult) throws {
    var result = last
    if cell.isCrossValidated {
      let folds = cell.experiments.compactMap { experiment, folder in
        readResult(folder).map { (experiment.fold ?? "", $0) }
      }
      guard folds.count == cell.experiments.count else { return }
      result = try ExperimentResult(folds: folds, signature: cell.signature)
      try ExperimentResult.putAside(inFolder: cell.folder)
      keep(result, in: cell.folder)
    }
    if result.status == .failed { queue.countFailure() }
    let finished = result
    queue.announce { watch(.finished(cell, finished)) }
  }

  private func recordBroken(_ cell: RunCell, _ failure: any Error) {
    let result = ExperimentResult(
      status: .failed,
      failure: ExperimentResult.Failure(
        kind: failure is ContractBreach ? .contract : .task,
        reason: "\(failure)"),
      upstream: ExperimentResult.Upstream(
        name: cell.upstream, digest: "", layers: 0, dimension: 0,
        samplesPerFrame: 0),
      task: ExperimentResult.Task(id: cell.task, title: cell.task, version: 0),
      metrics: [], signature: cell.signature,
      seed: plan.request.benchmark.seed, config: .null,
      versions: Versions.all,
      cost: ExperimentResult.Cost(
        wallSeconds: 0, cpuSeconds: 0, peakMemoryBytes: 0, upstreamPasses: 0,
        trainingSteps: 0), finishedAt: ExperimentResult.timestamp())
    keep(result, in: cell.folder)
    queue.countFailure()
    watch(.finished(cell, result))
  }

  /// Writes a result into its folder. Where that is refused, by a disk that
  /// is full or a permission that was taken away, it is kept for this run.
  private func keep(_ result: ExperimentResult, in folder: String) {
    do {
      try makeFolder(folder)
      try result.write(toFolder: folder)
    } catch {
      queue.keep(result, of: folder)
    }
  }

  private func readResult(_ folder: String) -> ExperimentResult? {
    ExperimentResult.read(fromFolder: folder) ?? queue.result(of: folder)
  }

  /// Whether what lies in the folder is of this experiment.
  func canContinue(_ experiment: Experiment, in folder: String) -> Bool {
    (try? Experiment.read(from: folder)).map(experiment.continues) == true
  }

  /// The result of an experiment that ended well.
  func finishedResult(_ folder: String) -> ExperimentResult? {
    readResult(folder).flatMap { $0.status == .done ? $0 : nil }
  }
}

/// What was remarked in a run.
private final class Remarks: Sendable {
  private let told = Mutex<Set<String>>([])

  /// Whether nobody has said so before.
  func isNew(_ text: String) -> Bool {
    told.withLock { $0.insert(text).inserted }
  }
}
