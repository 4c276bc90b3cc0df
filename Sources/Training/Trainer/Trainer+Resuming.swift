import Diagnostics
import Foundation

/// When to write a state to continue from: not too often, so that writing
/// takes a fiftieth of the time at most.
package struct RecoveryClock {
  static let standardSeconds = 15.0

  private let seconds: Double
  private var last = ContinuousClock.now
  private var cost = 0.0
  /// The step of the last state that was written.
  package private(set) var step: Int?

  init(seconds: Double) {
    self.seconds = seconds
  }

  package var isDue: Bool {
    let since = (ContinuousClock.now - last) / .seconds(1)
    return since >= max(seconds, 50 * cost)
  }

  mutating func timing(step: Int, _ write: () throws -> Void) rethrows {
    let began = ContinuousClock.now
    try write()
    last = ContinuousClock.now
    cost = (last - began) / .seconds(1)
    self.step = step
  }
}

extension Trainer {
  /// Continues from a checkpoint.
  ///
  /// - Parameter isOwn: whether it is of this folder, whose files are then
  ///   taken back to where it left them.
  func resume(from checkpoint: StoredCheckpoint, isOwn: Bool = true) throws {
    try checkpoint.restore(parameters)
    try checkpoint.restore(optimizer)
    if let bytes = try checkpoint.taskState { try expert.remember(bytes) }
    progress = checkpoint.progress
    average?.restore(
      try checkpoint.average(of: parameters), updates: progress.averaged ?? 0)
    if !isOwn { progress.marks = [:] }
    try folder.rewind(to: progress)
    try folder.log("continuing from step \(step)")
    report.progress(
      "training", done: step, total: settings.totalSteps,
      note: "continued")
  }

  /// The task has reported all training batches, or says what it remembers
  /// of them.
  var isExact: Bool {
    settings.logStep.isDue(at: step) || expert.saysWhatItRemembers
  }

  /// A state to continue from is due, and would be a small one.
  var isRecoveryDue: Bool {
    settings.logStep.isDue(at: step) && recovery.isDue
  }

  /// The state at the end of a step.
  ///
  /// - Parameter flushed: whether what it rests on is put on the disk, too.
  func checkpoint(flushed: Bool = true) throws -> Checkpoint {
    progress.marks = try folder.marks(flushed: flushed)
    progress.bestValues = folder.best
    progress.isExact = isExact
    progress.averaged = average?.updates
    var checkpoint = folder.checkpoints.checkpoint(
      parameters, optimizer, progress, taskState: try expert.remembered())
    checkpoint.average = average?.values ?? [:]
    return checkpoint
  }

  /// Runs the step's evaluation. If that is interrupted, the state before it
  /// is kept, and the evaluation is the first thing that a continued training
  /// does.
  func beforeEvaluation(_ evaluate: () throws -> Void) throws {
    guard isExact else { return try evaluate() }
    progress.awaitsEvaluation = true
    defer { progress.awaitsEvaluation = false }
    let isDue = recovery.isDue
    var before = try checkpoint(flushed: isDue)
    for parameter in parameters where parameter.isBuffer {
      before.buffers[parameter.name] = Array(parameter.values)
    }
    // A long evaluation must not cost the steps before it.
    if isDue { try keepForResuming(before) }
    do {
      try evaluate()
    } catch {
      if Interruption.isRequested {
        _ = try folder.marks()
        try keepForResuming(before)
        isStopped = true
      }
      throw error
    }
  }

  /// Somebody asked to stop: keeps the state and throws `Interrupted`, or
  /// returns if a state that can be continued is only moments away.
  func stopIfPossible() throws {
    guard progress.batches % settings.accumulation == 0 else { return }
    if isExact {
      try keepForResuming(try checkpoint())
      throw Interrupted()
    }
    let steps = settings.logStep.left(after: step)
    let seconds = trainingSeconds / Double(max(stepsHere, 1)) * Double(steps)
    if seconds > Self.patience { throw Interrupted() }
  }

  /// How long a signal may be kept waiting for a state that can be continued.
  private static let patience = 5.0

  /// Keeps the last state, so that the final evaluation can be interrupted.
  func keepLastState() throws {
    guard isExact, stepsHere > 0, recovery.step != step else { return }
    try keepForResuming(try checkpoint())
  }

  /// - Parameters:
  ///   - name: a checkpoint of the folder that holds the same.
  ///   - flushed: whether that is on the disk.
  func keepForResuming(
    _ checkpoint: Checkpoint, sameAs name: String? = nil, flushed: Bool = true
  ) throws {
    if let resumeStateWriter { return try resumeStateWriter(checkpoint) }
    guard flushed else {
      return try folder.checkpoints.keepForResuming(
        checkpoint, sameAs: name, flushed: false)
    }
    try recovery.timing(step: step) {
      try folder.checkpoints.keepForResuming(checkpoint, sameAs: name)
    }
  }
}
