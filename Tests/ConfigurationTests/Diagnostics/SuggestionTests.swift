import Diagnostics
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("total_step", "total_steps"), ("ttoal_steps", "total_steps"),
    ("LOG_STEP", "log_step"), ("ks", "ks"), ("k", "ks"),
  ])
  func namesTheNearest(typed: String, expected: String) {
    let known = ["total_steps", "log_step", "ks"]
    #expect(Suggestion.nearest(to: typed, among: known) == expected)
  }

  @Test func staysSilentWhereNothingIsNear() {
    #expect(Suggestion.nearest(to: "banana", among: ["ks", "asr"]) == nil)
    #expect(Suggestion.nearest(to: "", among: ["speaker"]) == nil)
    #expect(Suggestion.nearest(to: "ks", among: [String]()) == nil)
  }

  @Test func tiesGoToTheFirst() {
    #expect(Suggestion.nearest(to: "lrx", among: ["lra", "lrb"]) == "lra")
    #expect(Suggestion.nearest(to: "lrx", among: ["lrb", "lra"]) == "lrb")
  }

  @Test func theFixNamesTheNearestOrAll() {
    #expect(
      Suggestion.fix(for: "asd", among: ["asr", "ks"]) == "did you mean 'asr'?")
    #expect(
      Suggestion.fix(for: "banana", among: ["asr", "ks"]) == "known: asr, ks")
    #expect(Suggestion.fix(for: "asr", among: []) == "there are none")
  }
}
