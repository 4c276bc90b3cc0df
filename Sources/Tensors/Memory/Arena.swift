/// Buffers of float32 that are used again and again: a freed buffer waits in
/// the list of its size, so that a training step takes nothing from the
/// system once its sizes have been seen.
struct Arena {
  /// 64-byte aligned, uninitialised.
  struct Block {
    let pointer: UnsafeMutablePointer<Float>
    let sizeClass: Int
  }

  private static let alignment = AlignedMemory.alignment

  private var free: [[UnsafeMutablePointer<Float>]] = []
  /// Bytes taken from the system, in use or waiting.
  private(set) var heldBytes = 0
  private(set) var usedBytes = 0
  /// The most that was in use at one time.
  private(set) var peakBytes = 0

  /// Four classes an octave, from 64 bytes on: at most a fifth is wasted.
  static func sizeClass(forCount count: Int) -> Int {
    var lines = max(1, (count + 15) / 16)
    guard lines > 4 else { return lines - 1 }
    lines -= 1
    let octave = Int.bitWidth - 1 - lines.leadingZeroBitCount
    return (octave - 1) * 4 + ((lines >> (octave - 2)) & 3)
  }

  static func bytes(ofClass sizeClass: Int) -> Int {
    guard sizeClass >= 4 else { return (sizeClass + 1) * alignment }
    let octave = sizeClass / 4 + 1
    return ((sizeClass & 3) + 5) << (octave - 2) * alignment
  }

  /// A buffer for `count` numbers: one that waits, if its size fits within a
  /// factor of two, or a new one.
  mutating func allocate(_ count: Int) -> Block {
    let wanted = Self.sizeClass(forCount: count)
    while free.count <= wanted + 3 { free.append([]) }
    for sizeClass in wanted...(wanted + 3) {
      if let pointer = free[sizeClass].popLast() {
        use(Self.bytes(ofClass: sizeClass))
        return Block(pointer: pointer, sizeClass: sizeClass)
      }
    }
    let bytes = Self.bytes(ofClass: wanted)
    let pointer = AlignedMemory.allocate(byteCount: bytes)
    heldBytes += bytes
    use(bytes)
    return Block(
      pointer: pointer.bindMemory(to: Float.self, capacity: bytes / 4),
      sizeClass: wanted)
  }

  mutating func release(_ block: Block) {
    usedBytes -= Self.bytes(ofClass: block.sizeClass)
    free[block.sizeClass].append(block.pointer)
  }

  /// Gives the buffers that wait back to the system.
  mutating func trim() {
    for (sizeClass, pointers) in free.enumerated() {
      heldBytes -= pointers.count * Self.bytes(ofClass: sizeClass)
      for pointer in pointers { pointer.deallocate() }
      free[sizeClass] = []
    }
  }

  private mutating func use(_ bytes: Int) {
    usedBytes += bytes
    peakBytes = max(peakBytes, usedBytes)
  }
}
