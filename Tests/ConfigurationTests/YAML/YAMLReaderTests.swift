import Foundation
import Testing

@testable import Configuration

@Suite struct YAMLReaderTests {
  @Test func readsMapsListsAndScalars() throws {
    let config = try yaml(
      """
      # An experiment.
      runner: {total_steps: 200000, lr: 1.0e-4}
      splits:
        - dev
        - "test"
      quoted: ['1', "yes", '~']
      text: |
        two
        lines
      1: one
      """)
    #expect(
      config == [
        "runner": ["total_steps": 200000, "lr": 1e-4],
        "splits": ["dev", "test"],
        "quoted": ["1", "yes", "~"],
        "text": "two\nlines\n",
        "1": "one",
      ])
    #expect(
      config.mapValue?.keys == ["runner", "splits", "quoted", "text", "1"])
  }

  @Test(arguments: ["", "\n", "# only a comment\n", "---\n", "---\n...\n"])
  func anEmptyDocumentIsNull(text: String) throws {
    #expect(try yaml(text).isNull)
  }

  @Test func aByteOrderMarkIsSkipped() throws {
    #expect(try yaml("\u{feff}a: 1") == ["a": 1])
  }

  @Test func rememberWhereKeysAndValuesStand() throws {
    let config = try yaml("a: 1\nbä:   {c: [x, y]}\r\nd:\n  - z\n")
    #expect(config.mark == Mark(file: "c.yaml", line: 1, column: 1))
    let b = try #require(config.mapValue?.entry("bä"))
    #expect(b.keyMark?.description == "c.yaml:2:1")
    #expect(b.value.mark?.description == "c.yaml:2:7")
    #expect(
      try config.value(at: "bä.c.1")?.mark?.description == "c.yaml:2:15")
    #expect(try config.value(at: "d.0")?.mark?.description == "c.yaml:4:5")
  }

  @Test func aliasesStandForTheirAnchorsAndKeepItsPlace() throws {
    let config = try yaml("a: &x {b: 1}\nc: *x\nd: [&y 2, *y]\n&k e: *k\n")
    #expect(
      config == ["a": ["b": 1], "c": ["b": 1], "d": [2, 2], "e": "e"])
    #expect(try config.value(at: "c.b")?.mark?.line == 1)
  }

  @Test func mergeKeysFillWhatIsNotGiven() throws {
    let config = try yaml(
      """
      base: &base {lr: 0.1, steps: 10}
      more: &more {lr: 0.5, warm: 3}
      one: {<<: *base, lr: 0.2}
      two: {lr: 0.3, <<: [*base, *more]}
      quoted: {"<<": 1}
      """)
    #expect(try config.value(at: "one") == ["steps": 10, "lr": 0.2])
    #expect(
      try config.value(at: "two") == ["steps": 10, "lr": 0.3, "warm": 3])
    #expect(try config.value(at: "quoted") == ["<<": 1])
  }

  @Test func standardTagsDecide() throws {
    #expect(
      try yaml("[!!str 1, !!int '2', !!float 3, !!bool 'on', !!null '']")
        == ["1", 2, 3.0, true, .null])
    #expect(try yaml("[!!seq [1], !!map {a: 1}]") == [[1], ["a": 1]])
  }

  @Test(arguments: [
    (
      "a: 1\nb: 2\na: 3\n",
      "c.yaml:3:1: the key 'a' stands twice, first at c.yaml:1:1 "
        + "(remove one of them)"
    ),
    (
      "{<<: {a: 1}, <<: {b: 1}}",
      "c.yaml:1:14: the key '<<' stands twice, first at c.yaml:1:2 "
        + "(remove one of them)"
    ),
    (
      "a: 1\n---\nb: 2\n",
      "c.yaml:2:1: a second document begins here, a configuration has one "
        + "(put it in a file of its own)"
    ),
    (
      "a: *base\n",
      "c.yaml:1:4: the alias '*base' has no anchor '&base' before it"
    ),
    (
      "b: &base 1\na: *bas\n",
      "c.yaml:2:4: the alias '*bas' has no anchor '&bas' before it "
        + "(did you mean '*base'?)"
    ),
    (
      "a: &a [*a]\n",
      "c.yaml:1:8: the alias '*a' stands inside of what it stands for"
    ),
    (
      "a:\n  <<: 5\n",
      "c.yaml:2:7: '<<' merges a map or a list of maps, found the integer 5"
    ),
    (
      "a: {<<: [{b: 1}, x]}\n",
      "c.yaml:1:18: '<<' merges a map or a list of maps, "
        + "found the string 'x'"
    ),
    (
      "? [a]\n: 1\n",
      "c.yaml:1:3: a key must be a word, found a list, a map or an alias"
    ),
    (
      "a: !!python/object:x.Y {}\n",
      "c.yaml:1:4: unknown tag '!!python/object:x.Y' "
        + "(known: !!str, !!int, !!float, !!bool, !!null, !!seq, !!map)"
    ),
    (
      "a: !mine 1\n",
      "c.yaml:1:4: unknown tag '!mine' "
        + "(known: !!str, !!int, !!float, !!bool, !!null, !!seq, !!map)"
    ),
    (
      "a: !!int x\n",
      "c.yaml:1:4: the tag '!!int' does not fit the string 'x'"
    ),
    (
      "a: 99999999999999999999\n",
      "c.yaml:1:4: the integer 99999999999999999999 does not fit into 64 bits "
        + "(quote it to make it a string)"
    ),
    (
      "a: 1e999\n",
      "c.yaml:1:4: the number 1e999 is too large for a float "
        + "(quote it to make it a string)"
    ),
    (
      "a: b: c\n",
      "c.yaml:1:5: not valid YAML: mapping values are not allowed in this "
        + "context"
    ),
    (
      "a:\n\tb: 1\n",
      "c.yaml:2:1: not valid YAML: found character that cannot start any token "
        + "while scanning for the next token "
        + "(indent with spaces, not with tabs)"
    ),
    (
      "a: 1\nb: [1,\n\nc: 2\n",
      "c.yaml:5:1: not valid YAML: did not find expected ',' or ']' "
        + "while parsing a flow sequence that begins on line 2"
    ),
    (
      "a: \"x\n",
      "c.yaml:2:1: not valid YAML: found unexpected end of stream "
        + "while scanning a quoted scalar that begins on line 1"
    ),
    (
      "a: 1\nb: x\u{7}y\n",
      "c.yaml:2:5: not valid YAML: the character U+0007 is not allowed"
    ),
  ])
  func aMistakeIsReportedWithItsPlace(text: String, expected: String) {
    #expect(message { try yaml(text) } == expected)
  }

  @Test func textThatIsNotUTF8IsReportedWithItsPlace() {
    let latin1 = Array("a: 1\nb: gr".utf8) + [0xf6, 0xdf, 0x65]
    #expect(
      message { try ConfigValue.yaml(bytes: latin1, name: "c.yaml") }
        == "c.yaml:2:6: not UTF-8 text from here on "
        + "(save the file in the encoding UTF-8)")
    let utf16 = [0xff, 0xfe, 0x61, 0x00] as [UInt8]
    #expect(
      message { try ConfigValue.yaml(bytes: utf16, name: "c.yaml") }
        == "c.yaml:1:1: not UTF-8 text from here on "
        + "(save the file in the encoding UTF-8)")
  }

  @Test func nestingIsLimited() throws {
    let limit = YAMLReader.maximumDepth
    let fits =
      String(repeating: "[", count: limit) + "1"
      + String(repeating: "]", count: limit)
    #expect(message { try yaml(fits) } == nil)
    #expect(
      message { try yaml("[" + fits + "]") }
        == "c.yaml:1:102: nested more than 100 levels deep")
    let endless = String(repeating: "[", count: 1_000_000)
    #expect(
      message { try yaml(endless) }
        == "c.yaml:1:102: nested more than 100 levels deep")
  }

  @Test func nestingThroughAliasesIsLimited() {
    var text = "- &a0 [1]\n"
    for index in 1...200 { text += "- &a\(index) [*a\(index - 1)]\n" }
    #expect(
      message { try yaml(text) }?
        .hasSuffix("nested more than 100 levels deep") == true)
  }

  @Test func aBombOfAliasesIsRefused() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for index in 1...9 {
      let item = "*a\(index - 1)"
      let items = Array(repeating: item, count: 10).joined(separator: ", ")
      text += "a\(index): &a\(index) [\(items)]\n"
    }
    #expect(
      message { try yaml(text) }
        == "c.yaml:6:45: more than 1000000 values, aliases expanded")
  }

  @Test func aTextBeyondTheLimitIsRefused() {
    let text = String(repeating: "#", count: SourceText.maximumSize + 1)
    #expect(
      message { try yaml(text) }
        == "c.yaml: longer than the 8 MiB that a configuration may have")
  }

  @Test func filesAreNamedAsGiven() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("superb-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("c.yaml").path
    #expect(
      message { try ConfigValue.yaml(file: path) } == "\(path): no such file")
    #expect(
      message { try ConfigValue.yaml(file: folder.path) }
        == "\(folder.path): is a directory, expected a file")
    try Data("a: 1\n".utf8).write(to: URL(fileURLWithPath: path))
    let config = try ConfigValue.yaml(file: path)
    #expect(config == ["a": 1])
    #expect(config.mark == Mark(file: path, line: 1, column: 1))
  }
}
