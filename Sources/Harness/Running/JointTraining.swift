import Diagnostics
import Files
import Foundation
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
    var workers: [Int: Worker] = [:]
    for (place, folder) in folders.enumerated() {
      report.place = place
      do {
        locks.append(
          try FileLock(path: folder + "/" + ExperimentFolder.lockName))
        workers[place] = try Worker(folder: folder, report: report)
      } catch {
        Self.note(error, folder)
      }
    }
    let isShared = workers.values.contains {
      $0.experiment.fineTuning?.sharedBy != nil
    }
    do {
      if isShared { return try trainUpstream(workers) }
      try trainHeads(workers)
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

  private func trainHeads(_ workers: [Int: Worker]) throws {
    var upstreams: [String: any Upstream] = [:]
    var members: [Int: Member] = [:]
    for (place, worker) in workers.sorted(by: { $0.key < $1.key }) {
      report.place = place
      do {
        let name = worker.experiment.upstream
        let session = try ExperimentSession(
          worker.experiment, upstream: upstreams[name], report: report)
        upstreams[name] = session.upstream
        guard session.settings.totalSteps > 0 else { continue }
        try worker.extract(session)
        members[place] = Member(
          session: session, training: try worker.training(of: session))
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

  private func trainUpstream(_ workers: [Int: Worker]) throws -> Int32 {
    var members: [Int: Member] = [:]
    do {
      guard workers.count == folders.count else {
        throw UserError("one of the experiments is held by another process")
      }
      let training = try sharedTraining(
        folders.indices.compactMap { workers[$0] }, &members)
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
      report.failed(Worker.failure(of: error))
      return ExitCode.someFailed
    }
  }

  /// All heads with one upstream, where an earlier process has stopped or at
  /// their beginnings.
  private func sharedTraining(
    _ workers: [Worker], _ members: inout [Int: Member]
  ) throws -> SharedTraining {
    var sessions: [ExperimentSession] = []
    for (place, worker) in workers.enumerated() {
      report.place = place
      let session = try ExperimentSession(
        worker.experiment, upstream: sessions.first?.upstream,
        sharing: sessions.first?.trained?.upstream, report: report)
      try worker.extract(session)
      sessions.append(session)
    }
    guard let upstream = sessions.first?.trained?.upstream else {
      throw InternalError("an upstream that is trained together is frozen")
    }
    upstream.totalSteps = sessions.reduce(0) { $0 + $1.settings.totalSteps }
    var trainers: [Trainer] = []
    for (place, (worker, session)) in zip(workers, sessions).enumerated() {
      report.place = place
      let trainer = try worker.sharedTrainer(of: session)
      members[place] = Member(session: session, training: trainer)
      trainers.append(trainer)
    }
    let training = SharedTraining(
      trainers, of: upstream, folders: folders,
      notice: { [report] in report.notice($0) })
    if try !training.resume(sessions) {
      for (worker, (trainer, session)) in zip(workers, zip(trainers, sessions))
      {
        try worker.beginAnew(trainer, of: session)
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
    let cost = ProcessCost.current(
      since: started, upstreamPasses: passes, trainingSteps: 0,
      trainingSeconds: 0)
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
