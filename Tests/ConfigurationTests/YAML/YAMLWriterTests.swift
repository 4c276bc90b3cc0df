import Testing

@testable import Configuration

@Suite struct YAMLWriterTests {
  @Test func writesBlockStyle() {
    let config: ConfigValue = [
      "runner": ["total_steps": 200000, "lr": 0.0001, "big": 1e30],
      "splits": ["dev", "test-clean"],
      "layers": [["size": 1, "name": "a"], [1, [2, 3]], [:], []],
      "path": "/data/LibriSpeech", "url": "https://a.b/c?d",
      "note": "a: b", "version": "1.0", "answer": "yes", "none": .null,
      "on": true, "empty": "", "lines": "a\nb",
    ]
    #expect(
      config.yamlText() == """
        runner:
          total_steps: 200000
          lr: 0.0001
          big: 1.0e+30
        splits:
          - dev
          - test-clean
        layers:
          - size: 1
            name: a
          - - 1
            - - 2
              - 3
          - {}
          - []
        path: /data/LibriSpeech
        url: "https://a.b/c?d"
        note: "a: b"
        version: "1.0"
        answer: "yes"
        none: null
        "on": true
        empty: ""
        lines: "a\\nb"

        """)
  }

  @Test(
    arguments: [
      (ConfigValue(.null), "null\n"), ("a", "a\n"), ([], "[]\n"), ([:], "{}\n"),
      (ConfigValue(.float(.infinity)), ".inf\n"),
      (ConfigValue(.float(-.infinity)), "-.inf\n"),
      (ConfigValue(.float(.nan)), ".nan\n"),
      (1e-5, "1.0e-05\n"), (1.5e-5, "1.5e-05\n"), (-0.0, "-0.0\n"),
      ("\u{feff}\u{85}\u{2028}", "\"\\ufeff\\u0085\\u2028\"\n"),
    ] as [(ConfigValue, String)])
  func writesAScalarOnALine(value: ConfigValue, text: String) {
    #expect(value.yamlText() == text)
  }

  @Test func whatIsWrittenReadsBackEqual() throws {
    var fuzz = Fuzz(seed: 0x5eed)
    var count = 0
    try fuzz.run { fuzz in
      let value = fuzz.value(depth: 4)
      let text = value.yamlText()
      let back = try yaml(text)
      #expect(back == value, "\(value.json()) as \(text)")
      #expect(
        back.json(sortedKeys: false) == value.json(sortedKeys: false),
        "order of keys")
      count += 1
    }
    #expect(count > 100)
  }
}
