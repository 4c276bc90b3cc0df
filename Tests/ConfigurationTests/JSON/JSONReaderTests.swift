import Diagnostics
import Testing

@testable import Configuration

private func json(_ text: String) throws -> ConfigValue {
  try .json(text: text, name: "c.json")
}

@Suite struct JSONReaderTests {
  @Test func readsEveryKindWithItsPlace() throws {
    let value = try json(
      """
      {"a": [1, -2.5, 1e3, true, false, null],
       "b": {"c": "x\\u00e9\\ud83d\\ude00\\n"}, "e": {}, "f": []}
      """)
    #expect(
      value == [
        "a": [1, -2.5, 1000.0, true, false, .null],
        "b": ["c": "xé😀\n"], "e": [:], "f": [],
      ])
    #expect(try value.value(at: "b.c")?.mark?.description == "c.json:2:13")
    #expect(value.mapValue?.entry("b")?.keyMark?.description == "c.json:2:2")
  }

  @Test(arguments: [
    ("", "c.json:1:1: not valid JSON: expected a value, found the end"),
    ("[1,]", "c.json:1:4: not valid JSON: expected a value, found ']'"),
    ("[1 2]", "c.json:1:4: not valid JSON: expected ',' or ']', found '2'"),
    (
      "{a: 1}",
      "c.json:1:2: not valid JSON: expected a key in double quotes, found 'a'"
    ),
    ("{\"a\" 1}", "c.json:1:6: not valid JSON: expected ':', found '1'"),
    (
      "{\"a\":1",
      "c.json:1:7: not valid JSON: expected ',' or '}', "
        + "found the end"
    ),
    (
      "1 1",
      "c.json:1:3: not valid JSON: expected the end of the text, "
        + "found '1'"
    ),
    ("01", "c.json:1:1: not valid JSON: expected a value, found '0'"),
    ("1.", "c.json:1:3: not valid JSON: expected a digit, found the end"),
    ("1e", "c.json:1:3: not valid JSON: expected a digit, found the end"),
    (
      "\"a",
      "c.json:1:3: not valid JSON: expected '\"' at the end of the "
        + "string, found the end"
    ),
    (
      "\"\\x\"",
      "c.json:1:3: not valid JSON: expected an escape of JSON, "
        + "found 'x'"
    ),
    (
      "\"\\ud800\"",
      "c.json:1:3: not valid JSON: expected an escape of JSON, "
        + "found 'u'"
    ),
    (
      "{\"a\":1,\n\"a\":2}",
      "c.json:2:1: the key 'a' stands twice, first at c.json:1:2 "
        + "(remove one of them)"
    ),
    (
      "9223372036854775808",
      "c.json:1:1: the integer 9223372036854775808 does not fit into 64 bits"
    ),
    ("1e999", "c.json:1:1: the number 1e999 is too large for a float"),
  ])
  func aMistakeIsReportedWithItsPlace(text: String, expected: String) {
    #expect(message { try json(text) } == expected)
  }

  @Test func nestingIsLimited() {
    #expect(
      message { try json(String(repeating: "[", count: 100_000)) }
        == "c.json:1:102: nested more than 100 levels deep")
  }

  @Test func whatIsWrittenReadsBackEqual() throws {
    var fuzz = Fuzz(seed: 4)
    try fuzz.run(for: .seconds(1)) { fuzz in
      let text = fuzz.value(depth: 4).json()
      let back = try json(text)
      #expect(back.json() == text)
    }
  }

  @Test func rubbishEndsInAValueOrAUserError() {
    let valid = Array(
      #"{"a": [1, -2.5e3, true], "b": {"c": "x\u00e9\n"}, "d": null}"#.utf8)
    var fuzz = Fuzz(seed: 5)
    fuzz.run { fuzz in
      let text = String(decoding: fuzz.mutated(valid), as: UTF8.self)
      _ = message { try json(text) }
    }
  }
}
