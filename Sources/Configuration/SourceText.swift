import Diagnostics
import Foundation

/// A text to be read, with its name, so that a byte of it can be told as a
/// place. Its bytes are UTF-8 for certain and without a byte order mark.
struct SourceText {
  /// Far above any configuration; a data file given by mistake is refused
  /// before it fills the memory.
  static let maximumSize = 8 << 20

  let name: String
  let bytes: [UInt8]

  /// Throws a `UserError` if the text is too long or is not UTF-8.
  init(name: String, bytes: [UInt8]) throws {
    let hasMark = bytes.starts(with: [0xef, 0xbb, 0xbf])
    self.name = name
    self.bytes = hasMark ? Array(bytes.dropFirst(3)) : bytes
    guard self.bytes.count <= Self.maximumSize else {
      throw UserError(
        "longer than the \(Self.maximumSize >> 20) MiB that a configuration "
          + "may have", at: name)
    }
    if String(validating: self.bytes, as: UTF8.self) == nil {
      let offset = Self.firstInvalidByte(self.bytes) ?? self.bytes.count
      throw UserError(
        "not UTF-8 text from here on", at: mark(atByte: offset).description,
        fix: "save the file in the encoding UTF-8")
    }
  }

  /// Reads a file; every failure is a `UserError`.
  init(file path: String) throws {
    var isDirectory: ObjCBool = false
    guard
      FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    else { throw UserError("no such file", at: path) }
    if isDirectory.boolValue {
      throw UserError("is a directory, expected a file", at: path)
    }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw UserError("may not be read", at: path, fix: "check its permissions")
    }
    var bytes: [UInt8] = []
    do {
      while bytes.count <= Self.maximumSize,
        let part = try file.read(upToCount: 1 << 20), !part.isEmpty
      {
        bytes += part
      }
      try file.close()
    } catch {
      throw UserError("cannot be read: \(error.localizedDescription)", at: path)
    }
    try self.init(name: path, bytes: bytes)
  }

  /// The place of a byte; the end of the text if there are not so many.
  func mark(atByte offset: Int) -> Mark {
    var mark = Mark(file: name, line: 1, column: 1)
    var last: UInt8 = 0
    for byte in bytes.prefix(offset) {
      switch byte {
      case UInt8(ascii: "\n") where last == UInt8(ascii: "\r"): break
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        mark.line += 1
        mark.column = 1
      case 0x80..<0xc0: break  // Not the first byte of a scalar.
      default: mark.column += 1
      }
      last = byte
    }
    return mark
  }

  private static func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let scalar): offset += scalar.count
      case .error: return offset
      case .emptyInput: return nil
      }
    }
  }
}
