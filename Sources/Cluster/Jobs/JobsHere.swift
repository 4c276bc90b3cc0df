import Diagnostics
import Files
import Foundation
import Records
import Synchronization

/// Works groups of jobs off without a scheduler: each job's script is run by
/// a command and waited for.
package struct JobsHere {
  private let template: String
  private let parallel: Int

  /// - Parameters:
  ///   - place: where; on Slurm its scripts are run here.
  ///   - parallel: jobs at a time.
  package init(place: ClusterPlace, parallel: Int) {
    template =
      if case .custom(let command) = place { command } else {
        ClusterPlace.mark
      }
    self.parallel = max(1, parallel)
  }

  /// Runs them group by group, in order.
  ///
  /// - Parameter finished: told of each job's end with its exit code, on any
  ///   thread, one at a time.
  /// - Throws: `Interrupted` if this process was asked to stop; the jobs were
  ///   asked, too, and have ended.
  package func run(
    _ groups: [JobGroup],
    finished: @escaping @Sendable (JobScript, Int32) -> Void
  ) throws {
    for group in groups {
      let waiting = Mutex(Array(group.jobs.reversed()))
      let errors = Mutex<[any Error]>([])
      let telling = Mutex(())
      let threads = DispatchGroup()
      for _ in 0..<min(parallel, group.jobs.count) {
        threads.enter()
        Thread {
          defer { threads.leave() }
          while !Interruption.isRequested,
            let job = waiting.withLock({ $0.popLast() })
          {
            do {
              let code = try run(job)
              telling.withLock { _ in finished(job, code) }
            } catch {
              errors.withLock { $0.append(error) }
              return
            }
          }
        }.start()
      }
      threads.wait()
      if let error = errors.withLock({ $0.first }) { throw error }
      if Interruption.isRequested { throw Interrupted() }
    }
  }

  /// The command of one job.
  package func command(_ job: JobScript) -> String {
    template.replacingOccurrences(
      of: ClusterPlace.mark, with: "bash " + job.path.quotedForShell)
  }

  private func run(_ job: JobScript) throws -> Int32 {
    var child = SupervisedChild(
      ChildProcess.Program("/bin/bash", ["-c", command(job)]),
      limits: SupervisedChild.Limits())
    // A job takes its time to write a checkpoint.
    child.limits.stopping = .seconds(60)
    child.isStopRequested = { Interruption.isRequested }
    // What the command itself says; a job's words go to its folder.
    child.onErrors = { StandardError.write(Array($0)) }
    switch try child.run() {
    case .ended(.exited(let code)): return code
    case .ended(.signalled(let signal)): return 128 + signal
    case .tookTooLong, .silent, .grewTooLarge: return ExitCode.someFailed
    }
  }
}
