extension UnsafeRawBufferPointer {
  /// These of its bytes, counted from 0.
  @inlinable
  package func part(
    _ range: some RangeExpression<Int>
  ) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[range])
  }

  /// The little-endian number at an offset, aligned or not.
  @inlinable
  package func number<T: FixedWidthInteger>(
    at offset: Int, as type: T.Type = T.self
  ) -> T {
    T(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// The little-endian number of `width` bytes, at most eight, at an offset.
  package func unsigned(at offset: Int, width: Int) -> UInt64 {
    (0..<width).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64(8 * $1) }
  }
}

extension Array where Element == UInt8 {
  /// Appends a number, its lowest byte first.
  @inlinable
  package mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}

extension Sequence<Int> {
  /// All of them multiplied; nil if that does not fit.
  package var product: Int? {
    var product = 1
    for factor in self {
      let (next, overflows) = product.multipliedReportingOverflow(by: factor)
      if overflows { return nil }
      product = next
    }
    return product
  }
}
