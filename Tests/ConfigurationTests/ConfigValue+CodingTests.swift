import Foundation
import Testing

@testable import Configuration

@Suite struct ConfigValueCodingTests {
  private func copy(_ value: ConfigValue) throws -> ConfigValue {
    try JSONDecoder().decode(
      ConfigValue.self, from: JSONEncoder().encode(value))
  }

  @Test func everyKindComesBackWithItsPlaces() throws {
    let text = """
      b: {x: [1, 2.0, -0.0, .inf, 1.0e-300], y: "a\\n\\"é"}
      a: [null, true, 9223372036854775807, [], {}]

      """
    let value = try yaml(text)
    let read = try copy(value)
    #expect(read == value)
    #expect(try read.map(at: "").keys == ["b", "a"])
    #expect(try read.map(at: "b").keys == ["x", "y"])
    #expect(try read.value(at: "b.x.1")?.mark == value.value(at: "b.x.1")?.mark)
    #expect(
      try read.map(at: "").entry("a")?.keyMark?.description == "c.yaml:2:1")
    #expect(try copy(["k": .init(.float(.nan))]).json() == #"{"k":"nan"}"#)
  }

  @Test func whatCodeMadeHasNoPlace() throws {
    let read = try copy(["k": 1])
    #expect(read.mark == nil)
    #expect(try read.map(at: "").entry("k")?.keyMark == nil)
  }

  @Test(arguments: ["C:\\c.yaml", "a:b", "--override", ""])
  func placesOfAnyFileComeBack(file: String) throws {
    let mark = Mark(file: file, line: 3, column: 14)
    let read = try copy(ConfigValue(.null, mark: mark))
    #expect(read.mark == mark)
  }

  @Test func whatIsNoValueIsRefused() {
    for text in [
      "{}", "1", #"{"at": "c.yaml:1:1"}"#, #"{"float": "x"}"#,
      #"{"null": true, "at": "nowhere"}"#, #"{"map": [{"key": "a"}]}"#,
    ] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(ConfigValue.self, from: Data(text.utf8))
      }
    }
  }

  /// Configurations of earlier versions are stored as this text.
  @Test func jsonTextIsYAML() throws {
    let value: ConfigValue = [
      "k": [1, -2.5, 1e-05, 1e+300, true, .null, "a\"\\\n\t\u{1}é/", [:], []],
      "1": "1", "yes": "no", "null": "~",
    ]
    #expect(
      try ConfigValue.yaml(text: value.json(), name: "json") == value)
  }
}
