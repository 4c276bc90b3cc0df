import Diagnostics
import Records
import Tensors

/// Losses and weights that are no numbers: what a head is like that has seen
/// nothing else is no figure of its upstream.
extension Trainer {
  /// Counts the step that is being done.
  func noteUnsoundStep() {
    if progress.unsoundSteps == nil {
      report.notice(
        "the loss or its gradient is no finite number at step \(step + 1)")
    }
    progress.unsoundSteps =
      progress.unsoundSteps?.following()
      ?? UnsoundSteps(count: 1, first: step + 1)
  }

  /// - Throws: `UserError` if there was no step with a finite loss and
  ///   gradient.
  func checkLosses() throws {
    guard let unsound = progress.unsoundSteps, unsound.count >= step else {
      return
    }
    throw UserError(
      "the loss or its gradient was no finite number at any of the \(step)"
        + " steps, so nothing was learned", at: expert.description.id,
      fix: Self.remedy)
  }

  /// - Throws: `UserError` if a weight that the figures would be of is no
  ///   finite number.
  func checkWeights() throws {
    let broken = parameters.first { parameter in
      !parameter.isBuffer && !parameter.values.allSatisfy(\.isFinite)
    }
    guard let broken else { return }
    let since = progress.unsoundSteps.map {
      "; the first loss or gradient without one was that of step \($0.first)"
    }
    throw UserError(
      "training has diverged: the weight '\(broken.name.shown)' has no finite"
        + " value" + (since ?? ""), at: expert.description.id,
      fix: Self.remedy)
  }

  private static let remedy =
    "lower optimizer.lr or runner.gradient_clipping, or look at the task's"
    + " loss and the upstream's states"
}
