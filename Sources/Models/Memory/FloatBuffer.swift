import Foundation

/// Numbers at a fixed place, aligned to a cache line, and freed with the last
/// reference. Many of them lie on huge pages, where the system has such: a
/// model's weights are far more than the translation buffer covers with
/// small ones.
///
/// Sendable because whoever fills it does so before sharing it, or has it
/// alone.
final class FloatBuffer: @unchecked Sendable {
  let count: Int
  let pointer: UnsafeMutablePointer<Float>

  init(_ count: Int) {
    self.count = count
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    let isLarge = bytes >= Self.hugePage
    let room = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
    #if os(Linux)
    // A wish: whether it is granted makes no difference but to speed.
    if isLarge {
      let whole = bytes / Self.hugePage * Self.hugePage
      _ = madvise(room, whole, MADV_HUGEPAGE)
    }
    #endif
    pointer = room.bindMemory(to: Float.self, capacity: max(1, count))
  }

  private static let hugePage = 2 << 20

  convenience init(_ values: [Float]) {
    self.init(values.count)
    pointer.update(from: values, count: values.count)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
