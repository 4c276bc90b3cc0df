import Diagnostics
import Testing

@testable import Configuration

@Suite struct OverridesTests {
  @Test func readsScopePathAndValue() throws {
    let overrides = try Overrides.parse(
      " config.runner.total_steps=100 ,, args.seed = 7,,\n"
        + "config.optimizer.lr=1e-4")
    #expect(
      overrides == [
        Override(
          scope: .config, path: ["runner", "total_steps"], value: 100),
        Override(scope: .args, path: ["seed"], value: 7),
        Override(scope: .config, path: ["optimizer", "lr"], value: 1e-4),
      ])
    #expect(
      overrides.map(\.description) == [
        "config.runner.total_steps = 100", "args.seed = 7",
        "config.optimizer.lr = 0.0001",
      ])
  }

  @Test(arguments: ["none", "None", "NONE", " none "])
  func noneMeansNoOverrides(text: String) throws {
    #expect(try Overrides.parse(text) == [])
  }

  @Test func valuesRememberTheirPlace() throws {
    let value = try #require(
      Overrides.parse("args.a=1,,config.b= x").last?.value)
    #expect(value.mark?.description == "--override:1:21")
    let config = try ([:] as ConfigValue).setting(["b"], to: value)
    #expect(
      message { try config.int(at: "b") }
        == "--override:1:21: expected an integer for 'b', "
        + "found the string 'x'")
  }

  @Test(arguments: [
    (
      "",
      "--override:1:1: override 1 is empty "
        + "(write config.KEY=VALUE or args.NAME=VALUE)"
    ),
    (
      "args.a=1,,",
      "--override:1:11: override 2 is empty "
        + "(write config.KEY=VALUE or args.NAME=VALUE)"
    ),
    (
      "args.a=1,, ,,args.b=2",
      "--override:1:12: override 2 is empty "
        + "(write config.KEY=VALUE or args.NAME=VALUE)"
    ),
    (
      "args.a=1,,config.a",
      "--override:1:11: the override 'config.a' has no "
        + "'=' (write config.KEY=VALUE or args.NAME=VALUE)"
    ),
    (
      "config.a=b=c",
      "--override:1:11: the override 'config.a=b=c' has more "
        + "than one '=' (separate overrides with ',,')"
    ),
    (
      "confg.a=1",
      "--override:1:1: the override key 'confg.a' begins with "
        + "neither 'config' nor 'args' (did you mean 'config'?)"
    ),
    (
      "runner.total_steps=1",
      "--override:1:1: the override key "
        + "'runner.total_steps' begins with neither 'config' nor 'args' "
        + "(write config.KEY=VALUE or args.NAME=VALUE)"
    ),
    (
      "config=1",
      "--override:1:1: the override key 'config' has an empty part "
        + "(write config.KEY=VALUE)"
    ),
    (
      "config.a..b=1",
      "--override:1:1: the override key 'config.a..b' has an "
        + "empty part (write config.KEY=VALUE)"
    ),
    (
      "args.a.b=1",
      "--override:1:1: the override key 'args.a.b' goes into an "
        + "argument, which has no parts (write args.NAME=VALUE)"
    ),
    (
      "args.a=9223372036854775808",
      "--override:1:8: the number "
        + "9223372036854775808 is too large (quote it to make it a string)"
    ),
  ])
  func aMalformedItemIsReportedWithItsPlace(text: String, expected: String) {
    #expect(message { try Overrides.parse(text) } == expected)
  }

  @Test func appliesOneScopeInOrder() throws {
    let overrides = try Overrides.parse(
      "config.a.b=1,,args.x=2,,config.a.b=3,,config.c=[1]")
    let config: ConfigValue = ["a": ["b": 0, "k": 5]]
    #expect(
      try config.applying(overrides) == ["a": ["b": 3, "k": 5], "c": [1]])
    #expect(
      try ([:] as ConfigValue).applying(overrides, scope: .args) == ["x": 2])
    #expect(
      message { try (["a": 1] as ConfigValue).applying(overrides) }
        == "'a.b' cannot be set: 'a' is the integer 1, not a map")
  }

  @Test func rubbishEndsInOverridesOrAUserError() {
    let vocabulary = [
      "config.", "args.", "a", "=", ",,", ",", "(", ")", "[", "]", "{", "}",
      "'",
      "\"", "\\", "1", "0x", "e", "-", "+", "**", "*", "/", "//", "%", "9", ".",
      "None", "True", "r'", ":", " ", "\n", "_", "é", "9223372036854775808",
    ]
    let valid = Array(
      "config.a.b={'x': [1, (2, 3.5)]},,args.y=-2**3//7,,config.s='t\\x41'".utf8
    )
    func read(_ bytes: [UInt8]) {
      _ = message {
        try Overrides.parse(String(decoding: bytes, as: UTF8.self))
      }
    }
    var fuzz = Fuzz(seed: 6)
    fuzz.run { fuzz in
      read(fuzz.mutated(valid))
      read(Array("args.a=".utf8) + fuzz.pieces(vocabulary, upTo: 20))
      read(fuzz.pieces(vocabulary, upTo: 30))
      read(fuzz.bytes(upTo: 60))
    }
  }
}
