import Diagnostics
import Foundation

/// Reads records of one size that a writer, perhaps of another process,
/// appends to a file; each call continues where the last one ended.
package struct RecordReader: Sendable {
  package let path: String
  package let recordSize: Int
  /// The first byte that has not been taken.
  package private(set) var position = 0
  /// Records that made no sense.
  package private(set) var damaged = 0

  package init(path: String, recordSize: Int) {
    self.path = path
    self.recordSize = recordSize
  }

  /// Hands every new complete record to `take`, which says whether it made
  /// sense.
  ///
  /// A last record without sense may be on its way still, so it is offered
  /// again the next time; one in the middle is counted and left behind.
  ///
  /// - Returns: false if the file is gone.
  package mutating func readNew(_ take: (UnsafeRawBufferPointer) -> Bool) throws
    -> Bool
  {
    guard let status = fileStatus(path) else {
      if errno == ENOENT { return false }
      throw UserError.system("cannot look at the file", path)
    }
    let end = Int(status.st_size) / recordSize * recordSize
    if end <= position { return true }
    let file: RawFile
    do {
      file = try RawFile(path, O_RDONLY)
    } catch {
      if access(path, F_OK) != 0 { return false }
      throw error
    }
    let step = recordSize * 4096
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(step, end - position), alignment: 16)
    defer { buffer.deallocate() }
    while position < end {
      let wanted = UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<min(step, end - position)])
      let count = try file.read(into: wanted, at: position)
      for start in stride(
        from: 0, through: count - recordSize, by: recordSize)
      {
        let record = UnsafeRawBufferPointer(buffer)
          .part(start..<start + recordSize)
        if !take(record) {
          if position + recordSize >= end { return true }
          damaged += 1
        }
        position += recordSize
      }
      if count < wanted.count { break }
    }
    return true
  }
}
