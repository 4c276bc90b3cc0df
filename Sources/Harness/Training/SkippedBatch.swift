/// A batch that failed and was left out, as `runner.ignore_exceptions` allows.
public struct SkippedBatch: Codable, Equatable, Sendable {
  /// The step that it would have been part of; of an evaluation, the step
  /// after which it failed first.
  public var step: Int
  public var reason: String
  /// The split that was evaluated; nil in training.
  public var split: String?
}
