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

  /// A head that trains here, and what it works with.
  private struct Member {
    let place: Int
    let session: ExperimentSession
    let training: any HeadTraining
  }

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
    do {
      let runs = try folders.indices.map { place in
        try attempt(place) {
          locks.append(
            try FileLock(
              path: folders[place] + "/" + ExperimentFolder.lockName))
          return try ExperimentRun(folder: folders[place], report: report)
        }
      }
      if runs.contains(where: { $0?.experiment.fineTuning?.sharedBy != nil }) {
        return try trainUpstream(runs.compactMap(\.self))
      }
      try trainHeads(runs)
      return ExitCode.done
    } catch is Interrupted {
      return ExitCode.interrupted
    }
  }

  /// What `body` gives of the experiment at `place`; nil, with a note, if it
  /// fails.
  private func attempt<Result>(
    _ place: Int, _ body: () throws -> Result?
  ) throws -> Result? {
    report.place = place
    do {
      return try body()
    } catch let error as Interrupted {
      throw error
    } catch {
      Self.note(error, folders[place])
      return nil
    }
  }

  /// Over one frozen upstream: batch by batch in turn.
  private func trainHeads(_ runs: [ExperimentRun?]) throws {
    var upstreams: [String: any Upstream] = [:]
    let members = try runs.enumerated().compactMap { place, run in
      try attempt(place) { () -> Member? in
        guard let run else { return nil }
        let name = run.experiment.upstream
        let session = try ExperimentSession(
          run.experiment, upstream: upstreams[name], report: report)
        upstreams[name] = session.upstream
        guard session.settings.totalSteps > 0 else { return nil }
        try run.extract(session)
        return Member(
          place: place, session: session,
          training: try run.training(of: session))
      }
    }
    defer { keepCost(of: members) }
    do {
      var going = members
      while !going.isEmpty {
        going = try going.filter { member in
          try attempt(member.place) { () -> Bool? in
            if member.training.isOver { return nil }
            try member.training.advance()
            return true
          } ?? false
        }
      }
    } catch let error as Interrupted {
      for member in members { member.training.keepForLater() }
      throw error
    }
  }

  /// One upstream that all of them train.
  private func trainUpstream(_ runs: [ExperimentRun]) throws -> Int32 {
    do {
      guard runs.count == folders.count else {
        throw UserError("one of the experiments is held by another process")
      }
      let (training, members) = try sharedTraining(runs)
      defer { keepCost(of: members) }
      try training.run { report.place = $0 }
      return ExitCode.done
    } catch let error as Interrupted {
      throw error
    } catch let error as TaskFailure where error.isCancellation {
      throw Interrupted()
    } catch {
      Self.note(error, report.place.map { folders[$0] } ?? "")
      report.failed(ExperimentResult.Failure(of: error))
      return ExitCode.someFailed
    }
  }

  /// All heads with one upstream, where an earlier process has stopped or at
  /// their beginnings.
  private func sharedTraining(
    _ runs: [ExperimentRun]
  ) throws -> (SharedTraining, [Member]) {
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
    let trainers = try zip(runs, sessions).enumerated().map { place, pair in
      report.place = place
      // Its state is kept by whoever trains them all.
      return try pair.0.trainer(of: pair.1, in: pair.0.openFolder())
    }
    let training = SharedTraining(
      trainers, of: upstream, folders: folders,
      notice: { [report] in report.notice($0) })
    if try !training.resume(sessions) {
      for (run, (trainer, session)) in zip(runs, zip(trainers, sessions)) {
        try run.beginAnew(trainer, of: session)
      }
    }
    let members = zip(sessions, trainers).enumerated().map {
      Member(place: $0, session: $1.0, training: $1.1)
    }
    return (training, members)
  }

  /// Leaves each experiment what it has cost here.
  private func keepCost(of members: [Member]) {
    // Heads that train one upstream count its passes together.
    let passes = members.reduce(
      members.first?.session.trained?.upstream.passes ?? 0
    ) { $0 + $1.session.source.upstreamPasses }
    let cost = ProcessCost.current(since: started, upstreamPasses: passes)
    let joint = JointCost(
      tasks: members.map(\.session.experiment.name),
      wallSeconds: cost.wallSeconds, cpuSeconds: cost.cpuSeconds,
      peakMemoryBytes: cost.peakMemoryBytes, upstreamPasses: passes)
    for member in members {
      let share = JointCost.Share(
        cost: joint, trainingSeconds: member.training.trainingSeconds,
        trainingTimes: member.training.times)
      do {
        try share.add(toFolder: folders[member.place])
      } catch {
        Self.note(error, folders[member.place])
      }
    }
  }

  private static func note(_ error: any Error, _ folder: String) {
    StandardError.note("\(folder): \(error)")
  }
}
