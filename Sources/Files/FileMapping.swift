import Diagnostics
import Foundation

/// The beginning of a file in memory, read only. It outlives the file's name:
/// what was mapped stays readable after the file has been unlinked.
package final class FileMapping: Sendable {
  /// The mapped bytes, valid while the mapping lives.
  package nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// A whole file.
  package convenience init(path: String) throws {
    let file = try RawFile(path, O_RDONLY)
    try self.init(file, count: try file.size())
  }

  /// - Parameter count: at most the file's size.
  package init(_ file: RawFile, count: Int) throws {
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let base = mmap(nil, count, PROT_READ, MAP_SHARED, file.descriptor, 0)
    guard let base, base != MAP_FAILED else {
      throw UserError.system("cannot map the file into memory", file.path)
    }
    bytes = UnsafeRawBufferPointer(start: base, count: count)
  }

  deinit {
    if let base = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
    }
  }
}
