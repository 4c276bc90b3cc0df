import Diagnostics
import Files
import Foundation
import Training

/// A worker as its parent sees it: started, listened to, and ended if it
/// stops giving signs of life.
package struct WorkerProcess {
  /// How a worker's process has ended.
  package enum End: Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// It sent nothing for so many seconds and was ended.
    case hung(seconds: Int)
    /// It took more than so many bytes of memory and was ended.
    case grewTooLarge(bytes: Int)
  }

  let executable: String
  let folder: String
  let arguments: [String]

  /// - Parameter command: what this program is asked to do in `folder`.
  package init(
    executable: String, folder: String, command: String = Worker.command
  ) {
    self.executable = executable
    self.folder = folder
    arguments = [command, folder]
  }

  /// One that trains several experiments. What it writes to standard error
  /// goes to the first one's `worker.log`.
  init(executable: String, jointly folders: [String]) {
    self.executable = executable
    folder = folders.first ?? "."
    arguments = [JointTraining.command] + folders
  }

  /// Runs the worker to its end. What it writes to standard error goes to
  /// `worker.log` in its folder, as far as that may grow.
  ///
  /// - Parameter onMessage: told of what the worker does, about fifty times a
  ///   second at most.
  package func run(
    limits: WorkerLimits,
    onMessage: @escaping (WorkerMessage) -> Void = { _ in }
  ) throws -> End {
    let log = try RawFile(
      folder + "/worker.log", O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    var logged = 0
    let team = limits.team.map {
      ["--rank", "\($0.rank)", "--size", "\($0.size)"]
    }
    var child = SupervisedChild(
      .itself(executable, arguments + (team ?? [])),
      limits: SupervisedChild.Limits(
        silence: .seconds(limits.stallSeconds), memory: limits.memoryBytes))
    child.descriptors = limits.team?.descriptors ?? []
    child.isStopRequested = { Interruption.isRequested }
    child.onErrors = { bytes in
      // A full disk costs the log, not the cell.
      let room = min(bytes.count, Self.logBytes - logged)
      guard room > 0 else { return }
      try? log.write(
        UnsafeRawBufferPointer(rebasing: bytes[..<room]), at: logged)
      logged += room
    }
    var messages = WorkerMessages(onMessage)
    child.onOutput = { messages.take($0) }
    let outcome = try child.run()
    messages.end()
    switch outcome {
    case .ended(.exited(let code)): return .exited(code)
    case .ended(.signalled(let signal)): return .signalled(signal)
    case .silent, .tookTooLong: return .hung(seconds: limits.stallSeconds)
    case .grewTooLarge(let bytes): return .grewTooLarge(bytes: bytes)
    }
  }

  /// What `worker.log` may grow to.
  private static let logBytes = 16 << 20
}
