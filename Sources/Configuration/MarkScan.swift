/// Counts lines and columns on a way through UTF-8 bytes, so that asking for
/// one place after another costs one pass in all.
struct MarkScan {
  /// The place reached.
  private(set) var mark: Mark
  private var position = 0

  init(_ file: String) {
    mark = Mark(file: file, line: 1, column: 1)
  }

  /// Goes on to byte `offset`, or to the end if there are not so many.
  mutating func advance(to offset: Int, in bytes: [UInt8]) {
    while position < min(offset, bytes.count) {
      switch bytes[position] {
      case UInt8(ascii: "\n")
      where position > 0 && bytes[position - 1] == UInt8(ascii: "\r"):
        break
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        mark.line += 1
        mark.column = 1
      case 0x80..<0xc0:
        break  // Not the first byte of a scalar.
      default:
        mark.column += 1
      }
      position += 1
    }
  }
}
