import CProcess
import Diagnostics
import Foundation

/// The beginning of a file in memory, read only. It outlives the file's name:
/// what was mapped stays readable after the file has been unlinked.
///
/// Where another process cuts the file short meanwhile, its bytes are gone,
/// and no value could take their place: whoever reads them ends, with the
/// file and the reason on standard error and the exit code of a `UserError`.
package final class FileMapping: Sendable {
  /// The mapped bytes, valid while the mapping lives.
  package nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  private let watch: Int32

  /// A whole file.
  package convenience init(path: String) throws {
    let file = try RawFile(path, O_RDONLY)
    try self.init(file, count: try file.size())
  }

  /// - Parameter count: at most the file's size.
  package init(_ file: RawFile, count: Int) throws {
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      watch = -1
      return
    }
    let base = mmap(nil, count, PROT_READ, MAP_SHARED, file.descriptor, 0)
    guard let base, base != MAP_FAILED else {
      throw UserError.system("cannot map the file into memory", file.path)
    }
    bytes = UnsafeRawBufferPointer(start: base, count: count)
    let error = UserError(
      "another process has cut the file short while it was read",
      at: file.path, fix: "get or make the file again, then run this again")
    watch = superb_mapping_watch(
      base, count, "error: \(error)\n", ExitCode.userError)
  }

  /// The bytes of a part that the file itself speaks of, or somebody else;
  /// nil if the mapping does not hold all of it.
  package func bytes(at offset: Int, count: Int) -> UnsafeRawBufferPointer? {
    guard offset >= 0, count >= 0, offset <= bytes.count,
      count <= bytes.count - offset
    else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }

  deinit {
    if let base = bytes.baseAddress {
      superb_mapping_forget(watch)
      munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
    }
  }
}
