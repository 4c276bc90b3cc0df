import Testing

@testable import Files

struct BoundedTextTests {
  @Test func beginningAndEndAreKept() {
    var text = BoundedText(head: 4, tail: 4)
    for piece in ["ab", "cdef", "ghijklmnop", "qrstuvwxyz"] {
      Array(piece.utf8).withUnsafeBytes { text.append($0) }
    }
    #expect(text.text.hasPrefix("abcd"))
    #expect(text.text.hasSuffix("wxyz"))
    #expect(text.text.utf8.count + text.dropped == 26)
  }

  @Test func lastWordsAreNoAddresses() {
    func words(_ text: String) -> String? {
      BoundedText.lastWords(in: Array(text.utf8))
    }
    #expect(words("a\nb\u{1b}[2J\n\n") == "b\u{fffd}[2J")
    #expect(words("x\n12   superb   0x000055 <unknown>\n") == "x")
    #expect(
      words("M/A.swift:3: Fatal error: no room\nCurrent stack:\n0  a 0x1\n")
        == "M/A.swift:3: Fatal error: no room")
    #expect(words("") == nil)
  }

  @Test func linesComeWholeHoweverTheyAreCut() {
    let whole = Array("one\n\ntwo\nthree".utf8)
    for cut in 0...whole.count {
      var reader = LineReader()
      var lines: [String] = []
      for piece in [whole[..<cut], whole[cut...]] {
        Array(piece).withUnsafeBytes {
          reader.append($0) {
            lines.append(String(decoding: $0, as: UTF8.self))
          }
        }
      }
      #expect(lines == ["one", "", "two"])
    }
  }

  @Test func lineWithoutEndIsLetGo() {
    var reader = LineReader(limit: 10)
    var lines: [[UInt8]] = []
    for _ in 0..<100 {
      Array("xxxxxxx".utf8).withUnsafeBytes {
        reader.append($0) { lines.append($0) }
      }
    }
    Array("\nok\n".utf8).withUnsafeBytes {
      reader.append($0) { lines.append($0) }
    }
    #expect(lines == [Array("ok".utf8)])
  }
}
