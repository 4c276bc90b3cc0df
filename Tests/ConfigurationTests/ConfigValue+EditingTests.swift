import Testing

@testable import Configuration

@Suite struct ConfigValueEditingTests {
  @Test func setsAndMakesWhatIsMissing() throws {
    let config: ConfigValue = ["a": ["b": 1], "n": .null]
    #expect(
      try config.setting(["a", "b"], to: 2) == ["a": ["b": 2], "n": .null])
    #expect(
      try config.setting(["x", "y", "z"], to: 3)
        == ["a": ["b": 1], "n": .null, "x": ["y": ["z": 3]]])
    #expect(
      try config.setting(["n", "k"], to: true)
        == ["a": ["b": 1], "n": ["k": true]])
    #expect(try config.setting(["a"], to: []) == ["a": [], "n": .null])
    #expect(try config.setting([], to: 5) == 5)
  }

  @Test func settingKeepsMarksAndOrder() throws {
    let config = try yaml("b: 1\na:\n  c: 2\n")
    let edited = try config.setting(["a", "c"], to: 3)
    #expect(edited.mark == config.mark)
    #expect(edited.mapValue?.keys == ["b", "a"])
    #expect(edited.mapValue?.entry("a")?.keyMark?.line == 2)
  }

  @Test func somethingElseThanAMapInTheWayIsAnError() throws {
    let config = try yaml("a:\n  b: 1\nl: [1]\n")
    #expect(
      message { try config.setting(["a", "b", "c"], to: 2) }
        == "c.yaml:2:6: 'a.b.c' cannot be set: 'a.b' is the integer 1, "
        + "not a map")
    #expect(
      message { try config.setting(["l", "0"], to: 2) }
        == "c.yaml:3:4: 'l.0' cannot be set: 'l' is a list of 1 item, "
        + "not a map")
    #expect(
      message { try ConfigValue(1).setting(["a"], to: 2) }
        == "'a' cannot be set: there is the integer 1, not a map")
  }

  @Test func mergesMapsDeeplyAndReplacesTheRest() {
    let base: ConfigValue = [
      "runner": ["steps": 10, "lr": 0.1], "list": [1, 2], "kept": "x",
    ]
    let other: ConfigValue = [
      "runner": ["lr": 0.2, "new": true], "list": [3], "kept": .null, "z": 1,
    ]
    #expect(
      base.merging(other) == [
        "runner": ["steps": 10, "lr": 0.2, "new": true], "list": [3],
        "kept": .null, "z": 1,
      ])
    #expect(base.merging(5) == 5)
    #expect(ConfigValue(5).merging(base) == base)
    #expect(base.merging([:]) == base)
  }

  @Test func aMergedKeyPointsToWhereItWasOverridden() throws {
    let base = try ConfigValue.yaml(text: "steps: 1\nlearn: 2\n", name: "base")
    let other = try ConfigValue.yaml(text: "learn: x\n", name: "other")
    let merged = base.merging(other)
    #expect(
      message { try merged.int(at: "learn") }
        == "other:1:8: expected an integer for 'learn', found the string 'x'")
    #expect(
      message { try merged.checkKeys(known: ["steps"]) }
        == "other:1:1: unknown key 'learn' (known: steps)")
  }
}
