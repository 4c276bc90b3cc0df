import Configuration
import Diagnostics

/// The moving average of the weights (`runner.ema`), evaluated beside them.
package struct WeightAverage: Equatable, Sendable {
  /// Of what came before, at each update of the average.
  package var decay: Double
  /// Updates of the weights between two of the average.
  package var every: Int

  package static let key = "runner.ema"

  /// Nil if there is none. A number alone is the decay.
  ///
  /// - Parameter root: a task's whole configuration.
  package init?(_ root: ConfigValue) throws {
    guard let value = try root.value(at: Self.key) else { return nil }
    var path = Self.key
    if case .map = value.kind {
      try root.checkKeys(known: ["decay", "every"], at: path)
      path += ".decay"
    }
    _ = try root.double(at: path)
    decay =
      try root.double(
        at: path, "a number from 0 to below 1", where: { (0..<1).contains($0) })
      ?? 0
    every =
      path == Self.key
      ? 1
      : try root.int(
        at: Self.key + ".every", in: 1...RunnerSettings.mostSteps, default: 1)
  }
}
