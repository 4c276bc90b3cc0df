/// A batch that failed and was left out, as `runner.ignore_exceptions` allows.
package struct SkippedBatch: Codable, Equatable, Sendable {
  /// The step that it would have been part of; of an evaluation, the step
  /// after which it failed first.
  package var step: Int
  package var reason: String
  /// The split that was evaluated; nil in training.
  package var split: String?

  package init(step: Int, reason: String, split: String? = nil) {
    self.step = step
    self.reason = reason
    self.split = split
  }
}
