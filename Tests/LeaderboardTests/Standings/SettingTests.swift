import Records
import Testing

@testable import Leaderboard

/// Figures that were made otherwise than their neighbours.
@Suite struct SettingTests {
  private func made(
    _ upstream: String = "u", _ value: Double = 0.5,
    features: [String: JSONValue] = [:],
    settings: [String: JSONValue] = [:],
    deviations: [String] = [], finishedAt: String = "2025-03-01T12:00:00Z"
  ) -> ExperimentResult {
    var made = result(
      upstream, "ks", [metric("acc", value)], finishedAt: finishedAt)
    made.config = .map([
      "config": .map(["runner": .map(settings)]), "features": .map(features),
    ])
    made.deviations = deviations
    return made
  }

  private func remarks(_ results: [ExperimentResult]) -> String {
    standings(results).sections.flatMap(\.remarks).joined(separator: "\n")
  }

  @Test func statesThatAreUsedOtherwiseAreAnotherRow() {
    let section = standings([
      made(features: [
        "selection": .string("hidden_states"), "layer": .null,
        "normalize": .bool(false), "dtype": .string("float32"),
      ]),
      made(features: ["layer": .integer(6), "dtype": .string("float16")]),
      made(features: ["normalize": .bool(true)]),
      made(features: ["selection": .string("last_hidden_state")]),
    ]).sections[0]
    #expect(
      section.rows.map(\.upstream).sorted() == [
        "u", "u (last_hidden_state)", "u (layer 6, float16)", "u (normalised)",
      ])
  }

  @Test func aShareOfASplitIsNotRanked() {
    let sections = standings([
      made("a"), made("b", settings: ["evaluate_ratio": .number(0.5)]),
    ]).sections
    #expect(sections.map(\.condition.isRanked) == [true, false])
    #expect(
      sections[1].condition.heading.contains("0.5 of each evaluation split"))
  }

  @Test func settingsThatAreMixedInAColumnOrACellAreNamed() {
    let mixed = remarks([
      made("a", settings: ["total_steps": .integer(10)]),
      made("b", settings: ["total_steps": .integer(20)]),
    ])
    #expect(mixed.contains("ks mixes settings: runner.total_steps"))
    let cell = remarks([
      made("a", settings: ["total_steps": .integer(10)]),
      made(
        "a", settings: ["total_steps": .integer(20)],
        finishedAt: "2025-03-02T12:00:00Z"),
    ])
    #expect(
      cell.contains(
        "a has other results on ks with another runner.total_steps"))
    #expect(!remarks([made("a"), made("b")]).contains("mixes"))
  }

  @Test func theTasksOwnSettingsComeFirstAndOthersAreMarked() {
    let section = standings([
      made("a", 0.25),
      made(
        "a", 0.75, settings: ["total_steps": .integer(1)],
        deviations: ["runner.total_steps"],
        finishedAt: "2025-03-02T12:00:00Z"),
    ]).sections[0]
    #expect(
      section.rows[0].cells == [.figure(25, text: "25.00", isBest: true)])
    let own = remarks([made("a", deviations: ["optimizer.lr"])])
    #expect(own.contains("Not with the task's own settings: ks."))
  }

  @Test func otherDataAndOtherNumbersAreNamed() {
    var (one, other) = (made("a"), made("b"))
    (one.dataDigest, other.dataDigest) = ("1", "2")
    #expect(remarks([one, other]).contains("ks mixes data"))
    other.dataDigest = "1"
    (one.listsDigest, other.listsDigest) = ("3", "4")
    #expect(remarks([one, other]).contains("ks mixes data"))
    other.listsDigest = "3"
    (one.versions["numerics"], other.versions["numerics"]) = ("1.1", "2.1")
    #expect(remarks([one, other]).contains("compute different numbers"))
  }

  @Test func utterancesThatWereFilledUpAreCounted() {
    var short = made("a")
    short.paddedUtterances = 3
    #expect(remarks([short]).contains("a heard 3 utterances of ks filled up"))
  }

  @Test func stepsWithoutALossAreCounted() {
    var unsound = made("a")
    unsound.unsoundSteps = UnsoundSteps(count: 3, first: 2)
    #expect(
      remarks([unsound]).contains("a had no finite loss or gradient at 3 of"))
  }
}
