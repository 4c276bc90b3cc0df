import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Training
import Upstreams

/// A share of the utterances that experiments of one upstream will ask for:
/// one of several jobs that fill the store together, nothing twice.
///
/// It lies as `shard.json` in a folder of its own. What no shard has foreseen,
/// or has had no time for, an experiment extracts when it meets it.
package struct ExtractionShard: Codable, Equatable, Sendable {
  package var index: Int
  package var count: Int
  /// Folders with the `experiment.json` of experiments.
  package var experiments: [String]

  package init(index: Int, count: Int, experiments: [String]) {
    self.index = index
    self.count = count
    self.experiments = experiments
  }

  package static let fileName = "shard.json"

  package func write(to folder: String) throws {
    try makeFolder(folder)
    try AtomicFile.write(
      JSONEncoder().encode(self), to: folder + "/" + Self.fileName)
  }

  /// The shard of a folder; nil if it is no shard's.
  static func read(from folder: String) throws -> ExtractionShard? {
    let path = folder + "/" + fileName
    guard let bytes = FileManager.default.contents(atPath: path) else {
      return nil
    }
    do {
      return try JSONDecoder().decode(ExtractionShard.self, from: bytes)
    } catch {
      throw UserError("the shard's file is damaged", at: path)
    }
  }

  /// Has a worker do it, so that a task that crashes costs this job alone.
  func run(
    in folder: String, limits: WorkerLimits, timeSeconds: Double?
  ) throws -> Int32 {
    let lock = try Job.lock(folder)
    defer { lock.unlock() }
    let recorder = JobRecorder(folder: folder, timeSeconds: timeSeconds)
    let end = try WorkerProcess(
      executable: try Installation.current().executable, folder: folder,
      command: Self.command
    ).run(limits: limits) {
      if let text = $0.notice ?? $0.remark { return StandardError.note(text) }
      recorder.note($0.phase, done: $0.done, total: $0.total, note: $0.note)
    }
    let code: Int32 =
      switch end {
      case .exited(let code): code
      default: ExitCode.someFailed
      }
    if code != ExitCode.done, code != ExitCode.interrupted {
      StandardError.note(end.failure(folder: folder).reason)
    }
    recorder.end(code)
    return code
  }
}

extension ExtractionShard {
  /// The hidden command that extracts a shard in a process of its own.
  package static let command = "extract-shard"

  /// Extracts the shard in `folder`. What one task refuses is left to its own
  /// experiments, which say why.
  ///
  /// - Returns: the process's exit code.
  package static func extract(inFolder folder: String) throws -> Int32 {
    guard let shard = try read(from: folder) else {
      throw UserError("there is no shard here", at: folder)
    }
    let report = WorkerReport(descriptor: STDOUT_FILENO)
    report.note = CallNote(folder: folder)
    defer { report.note = nil }
    var upstreams: [String: any Upstream] = [:]
    var hasFailed = false
    for place in shard.experiments {
      do {
        let experiment = try Experiment.read(from: place)
        let session = try ExperimentSession(
          experiment, upstream: upstreams[experiment.upstream],
          report: report)
        upstreams[experiment.upstream] = session.upstream
        try session.extract(
          session.spans().values.filter {
            Int($0.mark % UInt64(shard.count)) == shard.index
          })
      } catch is Interrupted {
        return ExitCode.interrupted
      } catch let failure as TaskFailure where failure.isCancellation {
        return ExitCode.interrupted
      } catch {
        hasFailed = true
        StandardError.note("\(place): \(error)")
      }
    }
    return hasFailed ? ExitCode.someFailed : ExitCode.done
  }
}
