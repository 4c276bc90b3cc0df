import Diagnostics
import Files
import Foundation
import Records
import Tensors
import Upstreams

/// The checkpoints of one experiment: `states-<step>.ckpt`, those that the
/// task has named, and in `resume/` the last two to continue from.
///
/// Every file is written beside its place, flushed and renamed; what it
/// replaces is kept until then.
package final class CheckpointFolder {
  package let path: String
  private let experiment: Experiment?
  /// Told of damage that was worked around.
  private let report: (String) -> Void
  /// Throws if the folder's other files are shorter than a checkpoint's marks
  /// say: of what was never flushed, a power cut leaves some and not the rest.
  var checkMarks: (_ marks: [String: Int]) throws -> Void = { _ in }

  /// The folder of what only continuing needs.
  package static let resumeName = "resume"

  private var resumeFolder: String { path + "/" + Self.resumeName }
  private var current: String { resumeFolder + "/current.ckpt" }
  private var previous: String { resumeFolder + "/previous.ckpt" }
  private var isCurrentFlushed = true

  package init(
    path: String, experiment: Experiment?, report: @escaping (String) -> Void
  ) {
    self.path = path
    self.experiment = experiment
    self.report = report
  }

  func checkpoint(
    _ parameters: [Parameter], _ optimizer: any Optimizer,
    _ progress: TrainingProgress, taskState: [UInt8]?
  ) -> Checkpoint {
    Checkpoint(
      parameters: parameters, optimizer: optimizer, progress: progress,
      taskState: taskState, experiment: experiment)
  }

  /// Writes the same state under every name, then removes the oldest
  /// `states-*.ckpt` until at most `count` are left.
  ///
  /// - Parameter flushed: false for what may be lost with the machine's power.
  func save(
    _ checkpoint: Checkpoint, as names: [String], keepingStates count: Int,
    flushed: Bool = true
  ) throws {
    for name in names {
      try checkpoint.write(to: path + "/" + name, flushed: flushed)
    }
    if flushed, !names.isEmpty { Self.synchronize(path) }
    if names.contains(where: { Self.step(ofStates: $0) != nil }) {
      try rotateStates(keeping: count)
    }
  }

  /// Makes this the state to continue from; the one before is kept, or of
  /// those that may be lost with the machine's power the last that may not.
  ///
  /// - Parameters:
  ///   - name: a file of this folder that holds the same.
  ///   - flushed: whether that is on the disk.
  func keepForResuming(
    _ checkpoint: Checkpoint, sameAs name: String? = nil, flushed: Bool = true
  ) throws {
    try keepForResuming(sameAs: name, flushed: flushed) {
      try checkpoint.write(to: $0)
    }
  }

  /// Makes what `write` writes to a path the state to continue from.
  func keepForResuming(
    sameAs name: String? = nil, flushed: Bool = true,
    write: (String) throws -> Void
  ) throws {
    try makeFolder(resumeFolder)
    let new = resumeFolder + "/new.ckpt"
    unlink(new)
    if name.map({ link(path + "/" + $0, new) != 0 }) ?? true {
      try write(new)
    }
    if access(current, F_OK) == 0,
      isCurrentFlushed || access(previous, F_OK) != 0
    {
      try AtomicFile.put(current, at: previous)
    }
    try AtomicFile.put(new, at: current)
    isCurrentFlushed = flushed
    if flushed { Self.synchronize(resumeFolder) }
  }

  /// The whole checkpoint that is furthest, with the best one that it speaks
  /// of. Damaged ones are reported and passed over.
  func furthest() -> StoredCheckpoint? {
    var candidates = [current, previous]
    candidates += states().map { path + "/" + $0.name }.reversed()
    candidates = candidates.filter {
      FileManager.default.fileExists(atPath: $0)
    }
    // What cannot even say its step is looked at first, to be reported.
    let steps = candidates.map { StoredCheckpoint.step(of: $0) ?? .max }
    let order = candidates.indices.sorted {
      steps[$0] != steps[$1] ? steps[$0] > steps[$1] : $0 < $1
    }
    var isDamaged = false
    for index in order {
      do {
        let found = try StoredCheckpoint(path: candidates[index])
        guard found.progress.isExact else { continue }
        try checkMarks(found.progress.marks)
        try checkBest(of: found)
        return found
      } catch {
        report("\(error); continuing from the checkpoint before it")
        isDamaged = true
      }
    }
    if isDamaged { report("no checkpoint is left; training begins anew") }
    return nil
  }

  /// Throws if the best checkpoint so far is lost, and with it what the
  /// figures of the test would come from.
  private func checkBest(of checkpoint: StoredCheckpoint) throws {
    let progress = checkpoint.progress
    guard let best = progress.best, let step = progress.saved[best.file] else {
      return
    }
    let file = path + "/" + best.file
    do {
      let found = try StoredCheckpoint(path: file).progress.step
      // One from later on will be made again when training gets there.
      if found == step || found > progress.step { return }
      throw UserError("the checkpoint is of step \(found)", at: file)
    } catch {
      guard step == progress.step,
        let bytes = FileManager.default.contents(atPath: checkpoint.path)
      else { throw error }
      try AtomicFile.write(bytes, to: file)
      report("\(error); made again from \(checkpoint.path)")
    }
  }

  /// Whether there is a state to continue from, whole or not.
  var canResume: Bool { FileManager.default.fileExists(atPath: current) }

  /// The step of the state to continue from; nil if there is none.
  var resumableStep: Int? { StoredCheckpoint.step(of: current) }

  /// Removes what only a training that goes on needs.
  func forgetResuming() {
    try? FileManager.default.removeItem(atPath: resumeFolder)
  }

  /// Removes every checkpoint.
  package func clear() {
    forgetResuming()
    let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    for name in names ?? [] where name.hasSuffix(".ckpt") {
      unlink(path + "/" + name)
    }
  }

  /// Removes files that a process left half-written when it was killed.
  static func removeUnfinished(in path: String) {
    let files = FileManager.default
    for folder in ["", "/" + resumeName, "/predictions"].map({ path + $0 }) {
      for name in (try? files.contentsOfDirectory(atPath: folder)) ?? []
      where name.hasSuffix(".partial") || name == "new.ckpt" {
        unlink(folder + "/" + name)
      }
    }
  }

  private func rotateStates(keeping count: Int) throws {
    for (_, name) in states().dropLast(count) {
      try removeAll(path + "/" + name)
    }
  }

  /// `states-<step>.ckpt`, by step.
  private func states() -> [(step: Int, name: String)] {
    Self.states(in: path)
  }

  package static func states(in path: String) -> [(step: Int, name: String)] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .compactMap { name in step(ofStates: name).map { ($0, name) } }
      .sorted { $0.0 < $1.0 }
  }

  package static func step(ofStates name: String) -> Int? {
    guard name.hasPrefix("states-"), name.hasSuffix(".ckpt") else {
      return nil
    }
    return Int(name.dropFirst(7).dropLast(5))
  }

  /// A renamed file is in its place for good once the folder is on the disk.
  private static func synchronize(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
