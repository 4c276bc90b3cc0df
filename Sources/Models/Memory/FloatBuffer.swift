import Tensors

/// Numbers at a fixed place, aligned to a cache line, and freed with the last
/// reference.
///
/// Sendable because whoever fills it does so before sharing it, or has it
/// alone.
final class FloatBuffer: @unchecked Sendable {
  let count: Int
  let pointer: UnsafeMutablePointer<Float>

  init(_ count: Int) {
    self.count = count
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    pointer = AlignedMemory.allocate(byteCount: bytes)
      .bindMemory(to: Float.self, capacity: max(1, count))
  }

  convenience init(_ values: [Float]) {
    self.init(values.count)
    pointer.update(from: values, count: values.count)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
