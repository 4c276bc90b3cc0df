import Testing

@testable import Configuration

/// What is written as YAML reads back as the same value.
@Suite struct YAMLTextTests {
  @Test func everyKindOfValueComesBack() throws {
    let value: ConfigValue = [
      "runner": ["total_steps": 10, "lr_grid": .null, "empty": [:]],
      "numbers": [1e-5, -0.5, 1e22, 3, ConfigValue(.float(.infinity))],
      "texts": [
        "plain", "007", "1e-3", "yes", "", " a", "a: b", "# c", "-", "ü",
        "two\nlines", "\"", "test-clean", "/a/b", "null", "~", "[x", "a,b",
      ],
      "bools": [true, false],
      "odd key: 1": ["maps": [["a": 1, "b": ["c"]], [:]]],
      "1": "a number as key",
    ]
    let text = value.yaml()
    let back = try ConfigValue.yaml(text: text, name: "text")
    #expect(back == value, "\(text)")
    #expect(back.json() == value.json())
  }

  @Test func shortKeysOfSettingsAreMadeWhole() throws {
    let settings = try Overrides.settings(
      ["seed=7", "optimizer.lr=1e-3", "config.runner.a=[1, 2]"],
      sections: ["optimizer", "runner"])
    #expect(
      settings.map(\.description) == [
        "args.seed = 7", "config.optimizer.lr = 0.001",
        "config.runner.a = [1,2]",
      ])
  }
}
