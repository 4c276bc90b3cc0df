/// What the time of training was spent on, in seconds.
package struct TrainingTimes: Codable, Equatable, Sendable {
  /// Batches, and their features from the store.
  package var data = 0.0
  /// The weighted sum, the head and its loss.
  package var forward = 0.0
  package var backward = 0.0
  /// Clipping and the optimizer.
  package var update = 0.0

  package init(
    data: Double = 0, forward: Double = 0.0, backward: Double = 0.0,
    update: Double = 0
  ) {
    self.data = data
    self.forward = forward
    self.backward = backward
    self.update = update
  }

  package static func + (a: TrainingTimes, b: TrainingTimes) -> TrainingTimes {
    TrainingTimes(
      data: a.data + b.data, forward: a.forward + b.forward,
      backward: a.backward + b.backward, update: a.update + b.update)
  }

  package mutating func timing<Result>(
    _ part: WritableKeyPath<TrainingTimes, Double>,
    _ body: () throws -> Result
  ) rethrows -> Result {
    let began = ContinuousClock.now
    defer { self[keyPath: part] += (ContinuousClock.now - began) / .seconds(1) }
    return try body()
  }
}
