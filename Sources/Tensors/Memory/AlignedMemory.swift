#if canImport(Glibc)
  import Glibc
#endif

/// Memory for many numbers that products of matrices go through.
package enum AlignedMemory {
  /// Of a cache line: memory's least alignment.
  static let alignment = 64
  /// From so many bytes on, memory takes pages of this size where the system
  /// has them: with small ones, large products wait for the page tables.
  private static let hugePage = 2 << 20

  /// Uninitialized memory, aligned to a cache line at least. Who asks for it
  /// deallocates it.
  package static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let isLarge = byteCount >= hugePage
    let pointer = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: isLarge ? hugePage : alignment)
    #if canImport(Glibc)
      // A wish: whether it is granted makes no difference but to speed.
      if isLarge {
        _ = madvise(pointer, byteCount / hugePage * hugePage, MADV_HUGEPAGE)
      }
    #endif
    return pointer
  }
}
