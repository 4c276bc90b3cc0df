import Testing

@testable import Configuration

@Suite struct ConfigValueKeysTests {
  @Test func anUnknownKeyIsReportedAtItsOwnPlace() throws {
    let config = try yaml("runner:\n  total_steps: 1\n  log_stpe: 2\n")
    let known = ["total_steps", "log_step"]
    #expect(
      message { try config.checkKeys(known: known, at: "runner") }
        == "c.yaml:3:3: unknown key 'log_stpe' in 'runner' "
        + "(did you mean 'log_step'?)")
    #expect(
      message { try config.checkKeys(known: known) }
        == "c.yaml:1:1: unknown key 'runner' (known: total_steps, log_step)")
  }

  @Test func knownAbsentAndNullPass() throws {
    let config = try yaml("a: {b: 1}\nc:\n")
    try config.checkKeys(known: ["a", "c", "d"])
    try config.checkKeys(known: ["b"], at: "a")
    try config.checkKeys(known: [], at: "c")
    try config.checkKeys(known: [], at: "nowhere")
  }

  @Test func somethingElseThanAMapIsAnError() throws {
    let config = try yaml("a: [1]")
    #expect(
      message { try config.checkKeys(known: ["b"], at: "a") }
        == "c.yaml:1:4: expected a map for 'a', found a list of 1 item")
  }

  @Test func keysMadeByCodeAreNamedByTheirPath() {
    let made: ConfigValue = ["a": ["x": 1]]
    #expect(
      message { try made.checkKeys(known: [], at: "a") }
        == "a.x: unknown key 'x' in 'a' (there are none)")
  }
}
