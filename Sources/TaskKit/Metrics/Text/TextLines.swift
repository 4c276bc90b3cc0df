/// The lines of a text with their numbers from 1. A line ends with LF or
/// CR LF; the last one may go without. A mark of the byte order before the
/// first belongs to none.
struct TextLines: Sequence {
  private let text: String

  init(_ text: String) { self.text = text }

  func makeIterator() -> AnyIterator<(number: Int, line: Substring)> {
    let bytes = text.utf8
    var start = bytes.startIndex
    if bytes.starts(with: "\u{feff}".utf8) {
      start = bytes.index(start, offsetBy: 3)
    }
    var number = 0
    return AnyIterator {
      if start == bytes.endIndex { return nil }
      number += 1
      let end =
        bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      var line = text[start..<end]
      start = end == bytes.endIndex ? end : bytes.index(after: end)
      if line.utf8.last == UInt8(ascii: "\r") {
        line = line[..<bytes.index(before: line.endIndex)]
      }
      return (number, line)
    }
  }
}

extension Substring {
  /// The parts between runs of spaces and tabs.
  var fields: [Substring] {
    utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      .map { self[$0.startIndex..<$0.endIndex] }
  }

  /// A finite number in decimal notation, and nothing else.
  var decimal: Double? {
    let isPlain = utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
        UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "e"),
        UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isPlain, let value = Double(self), value.isFinite else { return nil }
    return value
  }
}
