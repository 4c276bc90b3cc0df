import Diagnostics

/// What somebody else writes, as far as there is room for it: the beginning,
/// and the last of the rest.
package struct BoundedText: Sendable {
  private let headLimit: Int
  private let tailLimit: Int
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  /// Bytes between the two that have been let go.
  package private(set) var dropped = 0

  /// - Parameters:
  ///   - head: bytes of the beginning that are kept.
  ///   - tail: bytes of the end that are kept at least.
  package init(head: Int, tail: Int = 0) {
    headLimit = head
    tailLimit = tail
  }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    let room = min(headLimit - head.count, bytes.count)
    head += bytes[..<room]
    tail += bytes[room...]
    if tail.count > 2 * tailLimit {
      dropped += tail.count - tailLimit
      tail.removeFirst(tail.count - tailLimit)
    }
  }

  package var bytes: [UInt8] { head + tail }

  /// What was kept; bytes that are no UTF-8 are replaced.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// What a program has said last: the reason that it gave up for, if it
  /// said so, or its last line; not the addresses that may follow.
  package static func lastWords(in bytes: some Collection<UInt8>) -> String? {
    let lines = String(decoding: bytes.suffix(1 << 16), as: UTF8.self)
      .split(whereSeparator: \.isNewline)
    let reason = lines.last { $0.contains("Fatal error: ") }
    return (reason ?? lines.last { !isAddress($0) })
      .map { String($0.prefix(4096)).oneLine }
  }

  /// A line of a trace: `12   superb   0x00005579d7a0 <unavailable>`.
  private static func isAddress(_ line: Substring) -> Bool {
    let words = line.split(separator: " ", maxSplits: 3)
    return words.count > 2 && Int(words[0]) != nil && words[2].hasPrefix("0x")
  }
}

/// Cuts what comes in pieces into lines, and lets go of those that are longer
/// than a line may be.
package struct LineReader: Sendable {
  private let limit: Int
  private var line: [UInt8] = []
  private var isTooLong = false

  /// - Parameter limit: bytes of a line.
  package init(limit: Int = 1 << 20) {
    self.limit = limit
  }

  /// Hands every line that is complete to `take`, without its end.
  package mutating func append(
    _ bytes: UnsafeRawBufferPointer, _ take: ([UInt8]) -> Void
  ) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      add(rest[..<end])
      if !isTooLong { take(line) }
      line.removeAll(keepingCapacity: true)
      isTooLong = false
      rest = rest[(end + 1)...]
    }
    add(rest)
  }

  private mutating func add(_ bytes: Slice<UnsafeRawBufferPointer>) {
    guard !isTooLong, line.count + bytes.count <= limit else {
      isTooLong = true
      line = []
      return
    }
    line += bytes
  }
}
