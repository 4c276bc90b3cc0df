import Diagnostics
import Testing

@testable import Records

@Suite struct LayerChoiceTests {
  private func choice(
    _ values: [Double], higherIsBetter: Bool = true
  ) throws -> LayerChoice? {
    try LayerChoice.made(
      on: "dev",
      by: .init(
        name: "m", title: "m", unit: .plain, higherIsBetter: higherIsBetter),
      among: 0..<values.count
    ) { layer, split in
      #expect(split == "dev")
      var records = SplitRecords()
      records.metrics = [("other", 7), ("m", values[layer])]
      return records
    }
  }

  @Test func theBestLayerIsChosen() throws {
    #expect(try choice([0.1, 0.4, 0.3])?.layer == 1)
    #expect(try choice([0.1, 0.4, 0.3], higherIsBetter: false)?.layer == 0)
    #expect(try choice([0.1, 0.4, 0.3])?.values == [0.1, 0.4, 0.3])
  }

  @Test func ofEqualLayersTheShallowestIsChosen() throws {
    #expect(try choice([0.1, 0.4, 0.4])?.layer == 1)
  }

  @Test func whatIsNoNumberIsNeverChosenOverOne() throws {
    #expect(try choice([.nan, 0.2, .nan])?.layer == 1)
    #expect(try choice([0.2, .nan])?.layer == 0)
  }

  @Test func oneLayerLeavesNothingToChoose() throws {
    #expect(try choice([0.5]) == nil)
    #expect(try choice([]) == nil)
  }

  @Test func aTaskThatReportsSomethingElseIsAnError() {
    #expect(throws: UserError.self) {
      try LayerChoice.made(
        on: "dev",
        by: .init(name: "m", title: "m", unit: .plain, higherIsBetter: true),
        among: 0..<2
      ) { _, _ in SplitRecords() }
    }
  }
}
