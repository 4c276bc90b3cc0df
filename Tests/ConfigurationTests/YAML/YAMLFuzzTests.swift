import Diagnostics
import Testing

@testable import Configuration

/// Whatever the bytes, reading ends soon, with a value or a `UserError`.
@Suite struct YAMLFuzzTests {
  private static let valid = Array(
    """
    runner: &runner
      total_steps: 200_000
      lr: 1.0e-4   # a comment
      splits: [dev, "te\\u0073t", 'it''s']
    other:
      <<: *runner
      text: |+
        two
          lines
      folded: >-
        a
        b
      ? long key
      : !!str 12
    größe: {a: [~, .inf, 0x1f, 1:30], "b": *runner}
    """.utf8)

  private static let vocabulary = [
    "a", "b", ":", ": ", "- ", "\n", "\n  ", "\n    ", " ", "[", "]", "{", "}",
    ",", ", ", "&a ", "*a", "<<: ", "? ", "|", ">", "'", "\"", "#", " #", "!",
    "!!int ", "!!", "%YAML 1.1\n", "---\n", "...\n", "\t", "\\", "\\x", "\r",
    "1", "0x", "e-", ".", "-", "~", "@", "`", "\u{85}", "é", "\u{1f600}", "\0",
  ]

  private func read(_ bytes: [UInt8]) {
    do {
      let value = try ConfigValue.yaml(bytes: bytes, name: "fuzz")
      #expect(value.mark != nil)
      _ = value.json()
    } catch let error as UserError {
      #expect(error.location?.hasPrefix("fuzz") == true)
    } catch {
      Issue.record("\(error) for \(bytes)")
    }
  }

  @Test func randomBytes() {
    var fuzz = Fuzz(seed: 1)
    fuzz.run { read($0.bytes(upTo: 200)) }
  }

  @Test func randomTokens() {
    var fuzz = Fuzz(seed: 2)
    fuzz.run { read($0.pieces(Self.vocabulary, upTo: 60)) }
  }

  @Test func mutatedFiles() {
    var fuzz = Fuzz(seed: 3)
    #expect(throws: Never.self) {
      try ConfigValue.yaml(bytes: Self.valid, name: "valid")
    }
    fuzz.run { read($0.mutated(Self.valid)) }
  }

  /// Texts on which a scanner could fall into quadratic time.
  @Test(arguments: ["[", "{", "- ", "? ", "a: ", "&a ", "!a ", "'", "\"", "a,"])
  func longRepetitionsEndSoon(piece: String) {
    let start = ContinuousClock.now
    read(Array(String(repeating: piece, count: 20_000).utf8))
    #expect(ContinuousClock.now - start < .seconds(20))
  }
}
