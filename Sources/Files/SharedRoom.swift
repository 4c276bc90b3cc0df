import Foundation

/// Memory that two processes see by one descriptor, of which one has it grow.
package final class SharedRoom {
  private let descriptor: Int32
  private var mapped = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  /// - Parameter descriptor: of ``RawFile/memory(_:)``; it stays the caller's.
  package init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { unmap() }

  /// Its bytes, no fewer than `count`, until more of them are asked for.
  ///
  /// - Parameter grows: whether it is made as large if it is not yet.
  /// - Returns: nil if it is not as large, or the system refuses.
  package func bytes(
    atLeast count: Int, grows: Bool
  ) -> UnsafeMutableRawBufferPointer? {
    if count <= mapped.count { return mapped }
    // Growing by doubling keeps it rare.
    let wanted = max(count, 2 * mapped.count, 1 << 20)
    unmap()
    if grows, ftruncate(descriptor, off_t(wanted)) != 0 { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) >= count,
      let start = mmap(
        nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED,
        descriptor, 0), start != MAP_FAILED
    else { return nil }
    mapped = UnsafeMutableRawBufferPointer(
      start: start, count: Int(status.st_size))
    return mapped
  }

  private func unmap() {
    if let start = mapped.baseAddress { munmap(start, mapped.count) }
    mapped = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }
}

/// Moves all bytes through a stream, in as many calls of `read` or `write` as
/// that takes.
///
/// - Parameter move: `read` or `write`, of so many bytes from there on.
/// - Returns: false if the stream ends before.
package func movesAll(
  _ bytes: UnsafeMutableRawBufferPointer,
  _ move: (UnsafeMutableRawPointer, Int) -> Int
) -> Bool {
  var done = 0
  while done < bytes.count, let start = bytes.baseAddress {
    let count = move(start + done, bytes.count - done)
    if count < 0, errno == EINTR { continue }
    if count <= 0 { return false }
    done += count
  }
  return true
}
