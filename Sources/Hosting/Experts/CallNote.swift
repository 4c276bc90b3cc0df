import Foundation

/// Where a process that works for a task says which of the task's calls it is
/// in, so that whoever finds it dead can name the call.
///
/// It is a page of memory that a file of the experiment's folder shares: a
/// store, whatever becomes of the process.
package final class CallNote {
  private static let fileName = "call"
  private static let size = 256
  private enum Place: UInt8 {
    case inside = 1
    case after = 2
  }

  private let page: UnsafeMutableRawPointer
  private let file: String

  /// - Returns: nil if `folder` does not take the file. A note is worth no
  ///   cell.
  package init?(folder: String) {
    file = folder + "/" + Self.fileName
    let descriptor = open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // The room first: a store that finds the disk full is a signal.
    guard posix_fallocate(descriptor, 0, Self.size) == 0,
      let page = mmap(
        nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      page != MAP_FAILED
    else {
      unlink(file)
      return nil
    }
    self.page = page
  }

  /// The process has come to an end of its own: there is nothing to tell.
  deinit {
    munmap(page, Self.size)
    unlink(file)
  }

  /// A call of the task begins.
  package func enter(_ call: String) {
    var place = 1
    for byte in call.utf8.prefix(Self.size - 2) {
      page.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
      place += 1
    }
    page.storeBytes(of: 0, toByteOffset: place, as: UInt8.self)
    page.storeBytes(of: Place.inside.rawValue, as: UInt8.self)
  }

  /// It has come back.
  package func leave() {
    page.storeBytes(of: Place.after.rawValue, as: UInt8.self)
  }

  /// Where the process stood that has left its note in `folder`, and removes
  /// the note: `in forward(train)`, `after log_records(dev)`; nil if there is
  /// none.
  package static func take(from folder: String) -> String? {
    let file = folder + "/" + fileName
    defer { unlink(file) }
    guard let bytes = FileManager.default.contents(atPath: file),
      let place = bytes.first.flatMap(Place.init)
    else { return nil }
    let call = String(
      decoding: bytes.dropFirst().prefix { $0 != 0 }, as: UTF8.self)
    return place == .inside ? "in \(call)" : "after \(call)"
  }
}
