/// Error rates of a run's checkpoints on dev and test, and which of them
/// count: the lowest on test, which a protocol may ask for, and the test
/// error of the checkpoint that was best on dev, which no look at test has
/// chosen.
///
/// What counts is saved with the model, and every digit of it goes into
/// checkpoints: training continued from one knows it.
public final class CheckpointErrors: Remembered {
  struct Standing: Codable {
    /// Above every error rate while there is none.
    var lowestOnTest = 2.0
    var lowestOnDev = 2.0
    /// On test, of the checkpoint that is lowest on dev.
    var chosenOnDev = 2.0
  }

  struct Measurement: Codable {
    var step: Int
    var error: Double
  }

  struct Memory: Codable {
    var standing = Standing()
    /// The last error on each split, and the step it was measured at.
    var test: Measurement?
    var dev: Measurement?
  }

  let saved: Tensor
  var memory = Memory()
  private var standing: Standing { memory.standing }

  /// Makes the finding "checkpoint_errors" of three numbers.
  public init(in parameters: Parameters) throws {
    saved = try parameters.finding(
      "checkpoint_errors", [3], .constant(Standing().lowestOnTest))
    parameters.context.remember(self)
  }

  /// True if no checkpoint had a lower error on dev so far.
  public func measuredOnDev(_ error: Double, step: Int) throws -> Bool {
    recall()
    guard error < standing.lowestOnDev else { return false }
    memory.dev = Measurement(step: step, error: error)
    memory.standing.lowestOnDev = error
    memory.standing.chosenOnDev =
      memory.test?.step == step ? memory.test?.error ?? 2 : 2
    try save()
    return true
  }

  /// Notes the error of the test split, a fraction, at an update.
  public func measuredOnTest(_ error: Double, step: Int) throws {
    recall()
    memory.test = Measurement(step: step, error: error)
    memory.standing.lowestOnTest = min(standing.lowestOnTest, error)
    if memory.dev?.step == step { memory.standing.chosenOnDev = error }
    try save()
  }

  /// Nil before the first measurement on test.
  public var lowestOnTest: Double? {
    standing.lowestOnTest > 1 ? nil : standing.lowestOnTest
  }

  /// Nil before a checkpoint has been measured on both.
  public var chosenOnDev: Double? {
    standing.chosenOnDev > 1 ? nil : standing.chosenOnDev
  }

  /// The host may have loaded a checkpoint: of a run that is continued, whose
  /// figures are news, or of an earlier step of this one, whose are not.
  private func recall() {
    let values = saved.values.map(Double.init)
    guard values.count == 3 else { return }
    // Float32 rounds: an error that was saved here is not lower than itself.
    if Float(values[0]) < Float(standing.lowestOnTest) {
      memory.standing.lowestOnTest = values[0]
    }
    if Float(values[1]) < Float(standing.lowestOnDev) {
      memory.standing.lowestOnDev = values[1]
      memory.standing.chosenOnDev = values[2]
    }
  }

  private func save() throws {
    try saved.assign([
      Float(standing.lowestOnTest), Float(standing.lowestOnDev),
      Float(standing.chosenOnDev),
    ])
  }
}
