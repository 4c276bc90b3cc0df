import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Tensors
import Upstreams

/// Several experiments of one upstream, trained in one process: the upstream
/// is loaded once, and the tasks take their turns, each with a head and a
/// featurizer of its own.
///
/// What it leaves are the states that experiments continue from, so that each
/// one's own worker has only its last figures to make. Where the upstream is
/// frozen, it is as good as not run at all: what fails here fails again in the
/// experiment's own worker, which says so. Where the heads train the upstream
/// together, there is no other way: what fails here fails for all.
package struct JointTraining {
  /// The hidden command that the child process runs.
  package static let command = "train-jointly"

  private let folders: [String]
  private let report = WorkerReport(descriptor: STDOUT_FILENO)
  private let started = Date()

  /// - Parameter folders: experiments' folders with their `experiment.json`.
  package init(folders: [String]) {
    self.folders = folders
  }

  /// Returns the process's exit code.
  package func run() throws -> Int32 {
    Lifeline.hold()
    Engine.flushSubnormals()
    var locks: [FileLock] = []
    defer { locks.forEach { $0.unlock() } }
    var runs: [Int: ExperimentRun] = [:]
    for (place, folder) in folders.enumerated() {
      report.place = place
      do {
        locks.append(
          try FileLock(path: folder + "/" + ExperimentFolder.lockName))
        runs[place] = try ExperimentRun(folder: folder, report: report)
      } catch {
        Self.note(error, folder)
      }
    }
    let isShared = runs.values.contains {
      $0.experiment.fineTuning?.sharedBy != nil
    }
    do {
      if isShared { return try trainUpstream(runs) }
      try trainHeads(runs)
      return ExitCode.done
    } catch is Interrupted {
      return ExitCode.interrupted
    }
  }

  // MARK: One frozen upstream

  /// A head that trains here, and what it works with.
  private struct Member {
    let session: ExperimentSession
    let training: any HeadTraining
  }

  private func trainHeads(_ runs: [Int: ExperimentRun]) throws {
    var upstreams: [String: any Upstream] = [:]
    var members: [Int: Member] = [:]
    for (place, run) in runs.sorted(by: { $0.key < $1.key }) {
      report.place = place
      do {
        let name = run.experiment.upstream
        let session = try ExperimentSession(
          run.experiment, upstream: upstreams[name], report: report)
        upstreams[name] = session.upstream
        guard session.settings.totalSteps > 0 else { continue }
        try run.extract(session)
        members[place] = Member(
          session: session,
          training: try run.assembly.training(of: session))
      } catch let error as Interrupted {
        throw error
      } catch {
        Self.note(error, folders[place])
      }
    }
    defer { keepCost(of: members) }
    do {
      try takeTurns(members.mapValues(\.training))
    } catch let error as Interrupted {
      for member in members.values { member.training.keepForLater() }
      throw error
    }
  }

  private func takeTurns(_ trainings: [Int: any HeadTraining]) throws {
    var going = trainings
    while !going.isEmpty {
      for (place, training) in going.sorted(by: { $0.key < $1.key }) {
        report.place = place
        do {
          if training.isOver {
            going[place] = nil
          } else {
            try training.advance()
          }
        } catch let error as Interrupted {
          throw error
        } catch {
          going[place] = nil
          Self.note(error, folders[place])
        }
      }
    }
  }

  // MARK: One upstream that all of them train

  private func trainUpstream(_ runs: [Int: ExperimentRun]) throws -> Int32 {
    var members: [Int: Member] = [:]
    do {
      guard runs.count == folders.count else {
        throw UserError("one of the experiments is held by another process")
      }
      let training = try sharedTraining(
        folders.indices.compactMap { runs[$0] }, &members)
      defer { keepCost(of: members) }
      try training.run { report.place = $0 }
      return ExitCode.done
    } catch let error as Interrupted {
      throw error
    } catch let error as TaskFailure where error.isCancellation {
      throw Interrupted()
    } catch {
      let place = report.place.flatMap {
        folders.indices.contains($0) ? folders[$0] : nil
      }
      Self.note(error, place ?? "")
      report.failed(ExperimentResult.Failure(of: error))
      return ExitCode.someFailed
    }
  }

  /// All heads with one upstream, where an earlier process has stopped or at
  /// their beginnings.
  private func sharedTraining(
    _ runs: [ExperimentRun], _ members: inout [Int: Member]
  ) throws -> SharedTraining {
    var sessions: [ExperimentSession] = []
    for (place, run) in runs.enumerated() {
      report.place = place
      let session = try ExperimentSession(
        run.experiment, upstream: sessions.first?.upstream,
        sharing: sessions.first?.trained?.upstream, report: report)
      try run.extract(session)
      sessions.append(session)
    }
    guard let upstream = sessions.first?.trained?.upstream else {
      throw InternalError("an upstream that is trained together is frozen")
    }
    upstream.totalSteps = sessions.reduce(0) { $0 + $1.settings.totalSteps }
    var trainers: [Trainer] = []
    for (place, (run, session)) in zip(runs, sessions).enumerated() {
      report.place = place
      // Its state is kept by whoever trains them all.
      let trainer = try run.assembly.trainer(
        of: session, in: run.assembly.folder())
      members[place] = Member(session: session, training: trainer)
      trainers.append(trainer)
    }
    let training = SharedTraining(
      trainers, of: upstream, folders: folders,
      notice: { [report] in report.notice($0) })
    if try !training.resume(sessions) {
      for (trainer, session) in zip(trainers, sessions) {
        try TrainingStart(experiment: session.experiment)
          .beginAnew(trainer, of: session)
      }
    }
    return training
  }

  // MARK: Afterwards

  /// Leaves each experiment what it has cost here.
  private func keepCost(of members: [Int: Member]) {
    var passes = members.values.reduce(0) {
      $0 + $1.session.source.upstreamPasses
    }
    // Heads that train one upstream count its passes together.
    let trained = members.values.compactMap(\.session.trained?.upstream)
    for (index, upstream) in trained.enumerated()
    where !trained[..<index].contains(where: { $0 === upstream }) {
      passes += upstream.passes
    }
    let cost = ProcessCost.current(since: started, upstreamPasses: passes)
    let tasks = members.sorted { $0.key < $1.key }
      .map(\.value.session.experiment.name)
    for (place, member) in members {
      let share = JointCost.Share(
        cost: JointCost(
          tasks: tasks, wallSeconds: cost.wallSeconds,
          cpuSeconds: cost.cpuSeconds, peakMemoryBytes: cost.peakMemoryBytes,
          upstreamPasses: passes),
        trainingSeconds: member.training.trainingSeconds,
        trainingTimes: member.training.times)
      do {
        try share.add(toFolder: folders[place])
      } catch {
        Self.note(error, folders[place])
      }
    }
  }

  private static func note(_ error: any Error, _ folder: String) {
    StandardError.note("\(folder): \(error)")
  }
}
