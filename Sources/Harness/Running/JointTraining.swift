import Diagnostics
import Foundation
import Tensors
import Upstreams

/// Several experiments of one upstream, trained in one process: the upstream
/// is loaded once, and the tasks take their batches in turn, each with a head
/// and a featurizer of its own.
///
/// What it leaves are the states that experiments continue from, so that each
/// one's own worker has only its last figures to make. It is as good as not
/// run at all: what fails here fails again in the experiment's own worker,
/// which says so.
public struct JointTraining {
  /// The hidden command that the child process runs.
  public static let command = "train-jointly"

  private let folders: [String]
  private let report = WorkerReport(descriptor: STDOUT_FILENO)

  /// - Parameter folders: experiments' folders with their `experiment.json`.
  public init(folders: [String]) {
    self.folders = folders
  }

  /// Returns the process's exit code.
  public func run() throws -> Int32 {
    Worker.endWithParent()
    Engine.flushSubnormals()
    var upstreams: [String: any Upstream] = [:]
    var trainings: [Int: any HeadTraining] = [:]
    var locks: [FileLock] = []
    for (place, folder) in folders.enumerated() {
      report.place = place
      do {
        locks.append(
          try FileLock(path: folder + "/" + ExperimentFolder.lockName))
        let worker = try Worker(folder: folder, report: report)
        let name = worker.experiment.upstream
        let session = try ExperimentSession(
          worker.experiment, upstream: upstreams[name], report: report)
        upstreams[name] = session.upstream
        guard session.settings.totalSteps > 0 else { continue }
        _ = try worker.extract(session)
        trainings[place] = try worker.training(of: session)
      } catch is Interrupted {
        return ExitCode.interrupted
      } catch {
        Self.note(error, folder)
      }
    }
    defer { locks.forEach { $0.unlock() } }
    do {
      try takeTurns(trainings)
      return ExitCode.done
    } catch is Interrupted {
      for training in trainings.values { training.keepForLater() }
      return ExitCode.interrupted
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

  private static func note(_ error: any Error, _ folder: String) {
    FileHandle.standardError.write(Data("\(folder): \(error)\n".utf8))
  }
}
