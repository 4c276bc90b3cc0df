import Diagnostics
import Files
import Foundation
import Hosting
import Runs

/// Ranks that train one experiment together. The first one's worker works in
/// the experiment's folder; the others' do the same steps in copies of it,
/// which are thrown away.
struct RankTeam {
  /// No more can share a batch: see `RowBlocks`.
  static let most = 8

  let ranks: Ranks
  let rank: Int
  let size: Int
  let limits: WorkerLimits

  /// How long the others may take to end where one has failed: they fail as
  /// it did, or wait for it in vain.
  private static let patience = 10.0

  /// Does the job in `folder`, with all of the team.
  ///
  /// - Returns: the job's exit code on the first rank, the worker's on others.
  /// - Throws: `Interrupted` if one was told to stop; `UserError` if this
  ///   rank's worker has ended and the others' have not.
  func run(in folder: String) throws -> Int32 {
    var copy: String?
    if rank > 0 { copy = try self.copy(of: folder) }
    defer {
      if let copy {
        try? FileManager.default.removeItem(
          atPath: (copy as NSString).deletingLastPathComponent)
      }
    }
    // Before the first worker changes what is copied.
    try ranks.wait(forTeam: true)
    let forwarder = try RankForwarder(ranks, team: (rank, size))
    var limits = limits
    limits.team = forwarder.team
    var (code, end) = (ExitCode.someFailed, "")
    if let copy {
      let outcome = try WorkerProcess(
        executable: Installation.current().executable, folder: copy
      ).run(limits: limits)
      (code, end) = Self.reading(outcome, in: copy)
    } else {
      code = try Job.run(in: folder, limits: limits, timeSeconds: nil)
    }
    let isFree = forwarder.end()
    if isFree, forwarder.hasServed,
      try ranks.wait(
        forTeam: true, seconds: code == ExitCode.done ? nil : Self.patience)
    {
      if code == ExitCode.interrupted { throw Interrupted() }
      return code
    }
    if Interruption.isRequested || code == ExitCode.interrupted {
      throw Interrupted()
    }
    throw UserError(
      forwarder.hasServed
        ? "its training has ended before the other ranks'" + end
        : "there was nothing to train for it" + end,
      at: folder, fix: "the same command goes on from the last checkpoint")
  }

  private static func reading(
    _ end: WorkerProcess.End, in folder: String
  ) -> (code: Int32, words: String) {
    if case .exited(let code) = end, code != ExitCode.userError {
      let words =
        code == ExitCode.someFailed
        ? FileManager.default.contents(atPath: folder + "/worker.log").flatMap {
          BoundedText.lastWords(in: $0)
        } : nil
      return (code, words.map { ": \($0)" } ?? "")
    }
    return (ExitCode.someFailed, ": " + end.failure(folder: folder).reason)
  }

  private func copy(of folder: String) throws -> String {
    let files = FileManager.default
    let place =
      files.temporaryDirectory.path + "/superb-rank-" + uniqueName()
    let copy = place + "/" + (folder as NSString).lastPathComponent
    do {
      try files.createDirectory(
        atPath: copy, withIntermediateDirectories: true)
      for name in try files.contentsOfDirectory(atPath: folder)
      where !name.hasPrefix(".") {
        try files.copyItem(
          atPath: folder + "/" + name, toPath: copy + "/" + name)
      }
    } catch {
      throw UserError(
        "the experiment cannot be copied for this rank: \(error)", at: place,
        fix: "make room there, or name another folder in TMPDIR")
    }
    return copy
  }
}
