import Testing

@testable import Configuration

@Suite struct ConfigValueJSONTextTests {
  @Test(
    arguments: [
      (ConfigValue(.null), "null"), (true, "true"), (1, "1"), (-5, "-5"),
      (1.0, "1.0"), (0.1, "0.1"), (1e-5, "1e-05"), (1e300, "1e+300"),
      (ConfigValue(.float(.infinity)), "\"inf\""),
      (ConfigValue(.float(-.infinity)), "\"-inf\""),
      (ConfigValue(.float(.nan)), "\"nan\""), ([], "[]"), ([:], "{}"),
      ("a\"\\\n\t\r\u{8}\u{c}\u{1}é/", #""a\"\\\n\t\r\b\f\u0001é/""#),
      ([1, ["a": 2]], #"[1,{"a":2}]"#),
    ] as [(ConfigValue, String)])
  func writes(value: ConfigValue, text: String) {
    #expect(value.json() == text)
  }

  @Test func sortsKeysByTheirBytes() {
    let value: ConfigValue = ["b": 1, "é": 2, "B": 3, "a": ["z": 1, "y": 2]]
    #expect(value.json() == #"{"B":3,"a":{"y":2,"z":1},"b":1,"é":2}"#)
  }
}
