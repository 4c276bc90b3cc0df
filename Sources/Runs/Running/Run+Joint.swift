import Diagnostics
import Files
import Foundation
import Records
import Training

/// Experiments that are trained in one process, before each one's own worker
/// makes its figures.
extension Run {
  /// One experiment of such a process.
  typealias Member = (cell: RunCell, experiment: Experiment, folder: String)

  /// Where heads train an upstream together and one of them has to train,
  /// all have to: forgets the results that others have.
  func forgetResultsOfOpenSharedTrainings() throws {
    for cells in plan.sharedTrainings {
      let members = members(of: cells)
      let folders = members.map(\.folder)
      let isOpen = members.contains { _, experiment, folder in
        !hasResult(experiment, folder)
          && !(SharedTraining.isOver(folder, among: folders)
            && canContinue(experiment, in: folder))
      }
      guard isOpen else { continue }
      for (_, experiment, folder) in members {
        if hasResult(experiment, folder) {
          // It will be the same again.
          try removeAll(folder + "/" + ExperimentResult.fileName)
          standing.forget(folder)
        } else {
          try ExperimentResult.putAside(inFolder: folder)
        }
      }
    }
  }

  /// Trains what is missing of each upstream in one process. Where the
  /// upstream is frozen, each experiment's own worker continues from there,
  /// however that ends.
  func trainJointly(_ work: [(cell: RunCell, index: Int)]) throws {
    for cells in plan.sharedTrainings { try trainUpstream(cells) }
    guard plan.request.isMultitask else { return }
    for upstream in plan.request.benchmark.upstreams {
      let members = work.filter {
        $0.cell.upstream == upstream
          && $0.cell.experiments[$0.index].experiment.fineTuning == nil
      }.map { cell, index -> Member in
        let (experiment, folder) = cell.experiments[index]
        return (cell, experiment, folder)
      }.filter { !hasResult($0.experiment, $0.folder) }
      // What the folder refuses, the experiment's own worker will say.
      for member in members {
        try? prepare(member.folder, for: member.experiment)
      }
      _ = try train(members)
    }
  }

  /// Trains the upstream of these cells by all their heads.
  private func trainUpstream(_ cells: [RunCell]) throws {
    let members = members(of: cells)
    let folders = members.map(\.folder)
    let open = members.filter { !hasResult($0.experiment, $0.folder) }
    guard !open.isEmpty,
      !open.allSatisfy({ SharedTraining.isOver($0.folder, among: folders) })
    else { return }
    do {
      let continues = members.allSatisfy {
        canContinue($0.experiment, in: $0.folder)
      }
      if !continues {
        SharedTraining.forget(folders)
        for folder in folders { try ExperimentFolder.clear(folder) }
      }
      for member in members {
        try prepare(member.folder, for: member.experiment)
      }
    } catch let error as UserError {
      return queue.fail(
        folders,
        ExperimentResult.Failure(kind: .user, reason: error.description))
    }
    guard let (end, failures) = try train(members),
      end != .exited(ExitCode.done), !Interruption.isRequested
    else { return }
    let (place, failure) =
      failures.min { $0.key < $1.key }
      ?? (-1, end.failure(folder: folders[0]))
    let tasks = members.map(\.cell.task).joined(separator: ", ")
    for (index, folder) in folders.enumerated() {
      var own = failure
      if index != place {
        own.reason =
          "the upstream is trained by \(tasks) together, and "
          + (place < 0 ? "that failed" : "\(members[place].cell.task) failed")
          + ": \(failure.reason)"
      }
      queue.fail([folder], own)
    }
  }

  private func members(of cells: [RunCell]) -> [Member] {
    cells.flatMap { cell in
      cell.experiments.map { (cell, $0.experiment, $0.folder) }
    }
  }

  /// Has one process train the members, whose folders are prepared. Gives how
  /// it ended, and who of them has failed; nil if there are too few.
  private func train(
    _ members: [Member]
  ) throws -> (WorkerProcess.End, [Int: ExperimentResult.Failure])? {
    guard members.count > 1, !Interruption.isRequested else { return nil }
    for (cell, experiment, _) in members {
      queue.announce { watch(.started(cell, fold: experiment.fold)) }
    }
    var failures: [Int: ExperimentResult.Failure] = [:]
    let worker = WorkerProcess(
      executable: executable, jointly: members.map(\.folder))
    let end = try worker.run(limits: plan.request.limits) { [self] message in
      guard let place = message.place, members.indices.contains(place) else {
        return
      }
      if let failure = message.failure { return failures[place] = failure }
      let (cell, experiment, _) = members[place]
      queue.announce {
        watch(RunEvent(message, of: cell, fold: experiment.fold))
      }
    }
    return (end, failures)
  }
}
