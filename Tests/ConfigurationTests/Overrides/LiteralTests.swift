import Testing

@testable import Configuration

@Suite struct LiteralTests {
  /// The value of `text`; text where it is no literal.
  private func value(_ text: String) throws -> ConfigValue {
    try #require(try Overrides.parse("args.a=" + text).first?.value)
  }

  @Test(
    arguments: [
      ("1e-4", 1e-4), ("True", true), ("None", .null), ("False", false),
      ("true", true), ("false", false), ("null", .null),
      ("['dev','test']", ["dev", "test"]), ("(0,40)", [0, 40]), ("'x'", "x"),
      ("fold1", "fold1"), ("test-clean", "test-clean"), ("/a/b", "/a/b"),
      ("007", "007"), ("1_000", 1000),
    ] as [(String, ConfigValue)])
  func theExamplesOfTheProtocol(text: String, expected: ConfigValue) throws {
    #expect(try value(text) == expected)
  }

  @Test(
    arguments: [
      ("0", 0), ("00", 0), ("-5", -5), ("+5", 5), ("- 5", -5),
      ("0x1F", 31), ("0X_ff", 255), ("0o17", 15), ("0b101", 5),
      ("9223372036854775807", ConfigValue(.integer(.max))),
      ("-9223372036854775808", ConfigValue(.integer(.min))),
      ("1.5", 1.5), ("1.", 1.0), (".5", 0.5), ("1E5", 1e5), ("1_0.5_0", 10.5),
      ("1.e2", 100.0), ("007.5", 7.5), ("-0.0", -0.0), ("1e-400", 0.0),
    ] as [(String, ConfigValue)])
  func numbers(text: String, expected: ConfigValue) throws {
    #expect(try value(text) == expected)
    #expect(try value(text).json() == expected.json())
  }

  @Test(arguments: [
    "1/3", "2**3", "10-3", "1+2*3", "(1+2)*3", "--5", "-(2)", "320*100",
    "[1, 2*3]", "{'a': 1/2}", "2024-10-11", "1/0", "'a'+'b'", "-'a'", "True+1",
    "9223372036854775807+1",
  ])
  func arithmeticIsRefusedAndNotTakenForText(text: String) {
    #expect(
      message { try value(text) }
        == "--override:1:8: \(text) is arithmetic, and only values are read "
        + "here (write the result, or quote it if it is text)")
  }

  @Test(arguments: [
    ("\"x y\"", "x y"), ("''", ""), ("'a\\n\\t\\\\\\''", "a\n\t\\'"),
    ("'\\x41\\u00e9\\U0001F600'", "Aé😀"), ("'\\d'", "\\d"),
    ("\"it's\"", "it's"), ("'größe'", "größe"), ("'1/3'", "1/3"),
  ])
  func quotedStrings(text: String, expected: String) throws {
    #expect(try value(text) == ConfigValue(.string(expected)))
  }

  @Test(
    arguments: [
      ("[]", []), ("()", []), ("{}", [:]), ("[1,]", [1]), ("(1,)", [1]),
      ("(1)", 1), ("1,2", [1, 2]), ("1,", [1]),
      (
        "[1, [2, (3, None)]]",
        [1, [2, [3, .null]]]
      ),
      ("{'a': 1, 2: [True],}", ["a": 1, "2": [true]]),
      ("{'a': 1, 'a': 2}", ["a": 2]), ("[\n1,\n2\n]", [1, 2]),
      ("[-1, .5]", [-1, 0.5]), ("[true, null, false]", [true, .null, false]),
    ] as [(String, ConfigValue)])
  func containers(text: String, expected: ConfigValue) throws {
    #expect(try value(text) == expected)
  }

  @Test(arguments: [
    "", "max", "os", "none", "yes", "1a", "1j", "0x", "0xg", "1__0", "1_",
    "_1", "01", "1.2.3", "1e", "1e+", ".", "'", "'a", "'a'b", "b'x'", "f'x'",
    "'\\x4'", "'\\ud800'", "[1", "[1 2]", "[,]", "(,)", "{1}", "'a' 'b'",
    "{'a'}", "{'a':}", "{1.5: 2}", "1 2", "a,b", "1-",
    "*1", "test-other", "a.b", "2024-01-01", "max(1,2)", "[x]", "1;2", "1\n+2",
    "é", "10-fold", "99999999999999999999-fold", "1/2/", "/1/2", "1:30",
    "1e999/a", "9223372036854775808 x", "-9223372036854775809a", "]", "1)",
  ])
  func everythingElseIsText(text: String) throws {
    #expect(try value(text) == ConfigValue(.string(text)))
  }

  @Test(arguments: ["9223372036854775808", "-9223372036854775809", "1e999"])
  func aNumberThatCannotBeHeldIsAnError(text: String) {
    #expect(
      message { try value(text) }
        == "--override:1:8: the number \(text) is too large "
        + "(quote it to make it a string)")
  }

  @Test(arguments: ["[", "(", "{'a':", "-", "1,"])
  func deepNestingIsTextAndEndsSoon(piece: String) throws {
    let text = String(repeating: piece, count: 20_000)
    let start = ContinuousClock.now
    _ = try value(text)
    #expect(ContinuousClock.now - start < .seconds(10))
    guard piece != "1," else { return }
    #expect(
      try value(text + "1") == ConfigValue(.string(text + "1")))
  }
}
