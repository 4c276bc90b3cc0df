import Files

extension TensorElement {
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
          from: bytes.part(..<(count * byteCount)))
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

extension [Float] {
  /// The elements of a tensor that lie here, row-major.
  ///
  /// - Parameter strides: of each axis, in elements.
  func rowMajor(shape: [Int], strides: [Int]) -> [Float] {
    let count = shape.reduce(1, *)
    var values: [Float] = []
    values.reserveCapacity(count)
    var index = [Int](repeating: 0, count: shape.count)
    var place = 0
    for _ in 0..<count {
      values.append(self[place])
      for axis in shape.indices.reversed() {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape[axis] { break }
        place -= strides[axis] * shape[axis]
        index[axis] = 0
      }
    }
    return values
  }
}
