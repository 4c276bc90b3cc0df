import Diagnostics
import Hosting
import Records
import Tensors

/// Batches that fail, as many as `runner.ignore_exceptions` allows.
extension Trainer {
  /// Leaves a batch out of training.
  func skip(_ error: any Error) throws {
    try leaveOut(
      SkippedBatch(step: step + 1, reason: "\(error)"), error,
      warning: "batches of training failed and were left out")
    // Half a backward pass is no gradient. What was accumulated goes with it,
    // as in s3prl when memory runs out.
    progress.batches -= progress.batches % settings.accumulation
    zeroGradients()
  }

  /// Leaves a batch out of the evaluation of `split`; it counts once, however
  /// often the split is evaluated.
  func leaveOut(_ error: any Error, of split: String) throws {
    let skipped = SkippedBatch(step: step, reason: "\(error)", split: split)
    let isKnown = progress.skipped.contains {
      $0.split == split && $0.reason == skipped.reason
    }
    if isKnown, Self.isIgnorable(error) { return }
    try leaveOut(
      skipped, error,
      warning: "batches of \(split) failed and were left out: its figures are"
        + " of the rest")
  }

  private func leaveOut(
    _ batch: SkippedBatch, _ error: any Error, warning: String
  ) throws {
    guard Self.isIgnorable(error),
      progress.skipped.count < settings.ignoredExceptions
    else { throw error }
    progress.skipped.append(batch)
    let place = batch.split ?? "step \(batch.step)"
    try folder.log("batch left out of \(place): \(batch.reason)")
    warn([warning])
  }

  static func isIgnorable(_ error: any Error) -> Bool {
    switch error {
    case let error as TaskFailure: !error.isCancellation
    case is UserError, is OperatorError, is ContractBreach: true
    default: false
    }
  }
}
