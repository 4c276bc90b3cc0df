import Diagnostics
import Foundation

/// The lines of a text file, plain or compressed, or of a text in memory, one
/// after the other.
final class LineReader {
  let path: String
  /// The number of the line that `next` returned last, from 1.
  private(set) var line = 0

  private let source: ByteSource
  private var buffer: UnsafeMutableRawPointer
  private var capacity = 1 << 20
  private var start = 0
  private var end = 0
  private var isAtEnd = false

  /// - Throws: `UserError` if the file cannot be opened.
  convenience init(path: String) throws {
    self.init(try ByteSource(path: path))
  }

  /// - Parameter name: what errors name.
  convenience init(text: String, name: String) {
    self.init(ByteSource(text: text, name: name))
  }

  private init(_ source: ByteSource) {
    path = source.path
    self.source = source
    buffer = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// The next line without its end; nil behind the last one. The bytes are
  /// valid until the next call.
  ///
  /// - Throws: `UserError` if a compressed file is cut short or damaged.
  func next() throws -> UnsafeRawBufferPointer? {
    var scanned = start
    while true {
      if let found = memchr(buffer + scanned, 0x0a, end - scanned) {
        let stop = UnsafeRawPointer(found) - UnsafeRawPointer(buffer)
        defer { start = stop + 1 }
        return take(from: start, to: stop)
      }
      if isAtEnd {
        guard start < end else { return nil }
        defer { start = end }
        return take(from: start, to: end)
      }
      scanned = end - start
      try refill()
    }
  }

  /// Whole lines that follow, with their ends, as many as fit about
  /// `byteCount` bytes; none if only a line without an end is left. The bytes
  /// are valid until the next call of any function, and are read again unless
  /// ``skip(_:lines:)`` takes them.
  ///
  /// - Throws: `UserError` if a compressed file is cut short or damaged.
  func block(of byteCount: Int) throws -> UnsafeRawBufferPointer {
    while end - start < byteCount, !isAtEnd {
      if start > 0 || end < capacity {
        try refill()
      } else {
        break
      }
    }
    var stop = end
    while stop > start,
      buffer.load(fromByteOffset: stop - 1, as: UInt8.self) != 0x0a
    {
      stop -= 1
    }
    return UnsafeRawBufferPointer(start: buffer + start, count: stop - start)
  }

  /// Goes on behind lines of a ``block(of:)``.
  func skip(_ byteCount: Int, lines: Int) {
    start += byteCount
    line += lines
  }

  /// Makes room for so many bytes at a time.
  func reserve(_ byteCount: Int) {
    guard byteCount > capacity else { return }
    let larger = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: 16)
    memcpy(larger, buffer, end)
    buffer.deallocate()
    buffer = larger
    capacity = byteCount
  }

  /// An error at the line that was returned last.
  func error(_ what: String, fix: String? = nil) -> UserError {
    UserError(what, at: "\(path):\(line)", fix: fix)
  }

  private func take(from first: Int, to last: Int) -> UnsafeRawBufferPointer {
    line += 1
    var last = last
    if last > first,
      buffer.load(fromByteOffset: last - 1, as: UInt8.self) == 0x0d
    {
      last -= 1
    }
    return UnsafeRawBufferPointer(start: buffer + first, count: last - first)
  }

  private func refill() throws {
    let left = end - start
    if start > 0 { memmove(buffer, buffer + start, left) }
    start = 0
    end = left
    if end == capacity { reserve(capacity * 2) }
    do {
      let got = try source.read(into: buffer + end, count: capacity - end)
      isAtEnd = got == 0
      end += got
    } catch let error as UserError {
      throw UserError(
        error.what, at: line > 0 ? "\(path):\(line + 1)" : path, fix: error.fix)
    }
  }
}
