extension TensorElement {
  /// Whether ``floats(_:)`` reads it.
  var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }

  /// The elements in single precision, or nil for those that are no
  /// floating-point numbers. Numbers beyond single precision become
  /// infinite.
  ///
  /// - Parameter bytes: little-endian elements, perhaps not aligned.
  func floats(_ bytes: UnsafeRawBufferPointer) -> [Float]? {
    let count = bytes.count / byteCount
    func values<T>(_ type: T.Type, _ value: (T) -> Float) -> [Float] {
      [Float](unsafeUninitializedCapacity: count) { floats, filled in
        for index in 0..<count {
          floats.initializeElement(
            at: index,
            to: value(
              bytes.loadUnaligned(
                fromByteOffset: index * MemoryLayout<T>.size, as: type)))
        }
        filled = count
      }
    }
    switch self {
    case .float32:
      return [Float](unsafeUninitializedCapacity: count) { floats, filled in
        UnsafeMutableRawBufferPointer(floats).copyMemory(
          from: UnsafeRawBufferPointer(
            rebasing: bytes[..<(count * byteCount)]))
        filled = count
      }
    case .float64: return values(Double.self) { Float($0) }
    case .float16:
      return values(UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .bfloat16:
      return values(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    default: return nil
    }
  }
}
