/// What the time of training was spent on, in seconds.
public struct TrainingTimes: Codable, Equatable, Sendable {
  /// Batches, and their features from the store.
  public var data = 0.0
  /// The weighted sum, the head and its loss.
  public var forward = 0.0
  public var backward = 0.0
  /// Clipping and the optimizer.
  public var update = 0.0

  static func += (sum: inout TrainingTimes, times: TrainingTimes) {
    sum.data += times.data
    sum.forward += times.forward
    sum.backward += times.backward
    sum.update += times.update
  }

  mutating func timing<Result>(
    _ part: WritableKeyPath<TrainingTimes, Double>,
    _ body: () throws -> Result
  ) rethrows -> Result {
    let began = ContinuousClock.now
    defer { self[keyPath: part] += (ContinuousClock.now - began) / .seconds(1) }
    return try body()
  }
}
