/// A batch of training that failed and was left out, as
/// `runner.ignore_exceptions` allows.
public struct SkippedBatch: Codable, Equatable, Sendable {
  /// The step that it would have been part of.
  public var step: Int
  public var reason: String
}
