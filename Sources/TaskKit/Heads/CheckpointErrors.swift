/// Error rates of a run's checkpoints on dev and test, and which of them
/// count: the lowest on test, which a protocol may ask for, and the test
/// error of the checkpoint that was best on dev, which no look at test has
/// chosen.
///
/// What counts is saved with the model, and every digit of it goes into
/// checkpoints: training continued from one knows it.
public final class CheckpointErrors {
  fileprivate struct Standing: Codable {
    /// Above every error rate while there is none.
    var lowestOnTest = 2.0
    var lowestOnDev = 2.0
    /// On test, of the checkpoint that is lowest on dev.
    var chosenOnDev = 2.0
  }

  let saved: Tensor
  private var standing = Standing()
  /// The last error on each split, and the step it was measured at.
  private var test: Measurement?
  private var dev: Measurement?

  fileprivate struct Measurement: Codable {
    var step: Int
    var error: Double
  }

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
    dev = Measurement(step: step, error: error)
    standing.lowestOnDev = error
    standing.chosenOnDev = test?.step == step ? test?.error ?? 2 : 2
    try save()
    return true
  }

  /// Notes the error of the test split, a fraction, at an update.
  public func measuredOnTest(_ error: Double, step: Int) throws {
    recall()
    test = Measurement(step: step, error: error)
    standing.lowestOnTest = min(standing.lowestOnTest, error)
    if dev?.step == step { standing.chosenOnDev = error }
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
      standing.lowestOnTest = values[0]
    }
    if Float(values[1]) < Float(standing.lowestOnDev) {
      standing.lowestOnDev = values[1]
      standing.chosenOnDev = values[2]
    }
  }

  private func save() throws {
    try saved.assign([
      Float(standing.lowestOnTest), Float(standing.lowestOnDev),
      Float(standing.chosenOnDev),
    ])
  }
}

extension CheckpointErrors: Remembered {
  struct Memory: Codable {
    fileprivate var standing: Standing
    fileprivate var test: Measurement?
    fileprivate var dev: Measurement?
  }

  var memory: Memory {
    get { Memory(standing: standing, test: test, dev: dev) }
    set {
      (standing, test, dev) = (newValue.standing, newValue.test, newValue.dev)
    }
  }
}
