import Testing

@testable import TaskKit

@Suite struct CheckpointErrorsTests {
  /// A host has one model, whose state it keeps.
  private func errors(on host: TestHost) throws -> CheckpointErrors {
    try CheckpointErrors(in: try TaskContext(host.table).parameters)
  }

  @Test func nothingIsKnownBeforeItIsMeasured() throws {
    let host = TestHost()
    let errors = try errors(on: host)
    #expect(errors.lowestOnTest == nil && errors.chosenOnDev == nil)
    #expect(try errors.measuredOnDev(0.5, step: 1))
    #expect(errors.chosenOnDev == nil)
    try errors.measuredOnTest(1, step: 1)
    #expect(errors.lowestOnTest == 1 && errors.chosenOnDev == 1)
  }

  @Test(arguments: [false, true])
  func theOrderOfTheSplitsDoesNotMatter(testIsFirst: Bool) throws {
    let host = TestHost()
    let errors = try errors(on: host)
    for (step, (dev, test)) in [(0.3, 0.4), (0.2, 0.35), (0.25, 0.03)]
      .enumerated()
    {
      if testIsFirst { try errors.measuredOnTest(test, step: step) }
      #expect(try errors.measuredOnDev(dev, step: step) == (step < 2))
      if !testIsFirst { try errors.measuredOnTest(test, step: step) }
    }
    #expect(errors.lowestOnTest == 0.03 && errors.chosenOnDev == 0.35)
  }

  @Test func anEqualErrorIsNotBetter() throws {
    let host = TestHost()
    let errors = try errors(on: host)
    #expect(try errors.measuredOnDev(0.1, step: 1))
    #expect(try !errors.measuredOnDev(0.1, step: 2))
  }

  @Test func figuresAreNotRoundedByBeingSaved() throws {
    let host = TestHost()
    let errors = try errors(on: host)
    try errors.measuredOnTest(0.03, step: 1)
    try errors.measuredOnTest(0.14, step: 2)
    #expect(errors.lowestOnTest == 0.03)
  }

  @Test func anOlderStateThatIsLoadedTakesNothingBack() throws {
    let host = TestHost()
    let errors = try errors(on: host)
    _ = try errors.measuredOnDev(0.2, step: 1)
    try errors.measuredOnTest(0.3, step: 1)
    let older = errors.saved.values
    _ = try errors.measuredOnDev(0.4, step: 2)
    try errors.measuredOnTest(0.1, step: 2)
    try errors.saved.assign(older)
    try errors.measuredOnTest(0.3, step: 2)
    #expect(errors.lowestOnTest == 0.1 && errors.chosenOnDev == 0.3)
  }

  @Test func trainingThatIsContinuedKnowsWhatWasMeasured() throws {
    let host = TestHost()
    let before = try errors(on: host)
    _ = try before.measuredOnDev(0.25, step: 1)
    try before.measuredOnTest(0.5, step: 1)
    let other = TestHost()
    let after = try errors(on: other)
    try after.saved.assign(before.saved.values)
    #expect(try !after.measuredOnDev(0.3, step: 2))
    try after.measuredOnTest(0.6, step: 2)
    #expect(after.lowestOnTest == 0.5 && after.chosenOnDev == 0.5)
  }
}
