import Kernels

/// The cyclic redundancy check of iSCSI and ext4: Castagnoli's polynomial,
/// reflected 0x82f63b78.
package enum CRC32C {
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    if superb_has_crc32c() != 0, let base = bytes.baseAddress {
      return ~superb_crc32c(~0, bytes.count, base)
    }
    return ofPlainly(bytes)
  }

  /// The same without the processor's help.
  static func ofPlainly(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    ~table.combine(~0, bytes)
  }

  private static let table = CyclicTable(polynomial: 0x82f6_3b78)
}

/// The cyclic redundancy check of zip archives: reflected 0xedb88320.
package enum CRC32 {
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    ~table.combine(~0, bytes)
  }

  private static let table = CyclicTable(polynomial: 0xedb8_8320)
}

/// Cyclic redundancy checks of 32 bits, eight bytes a step (Kounavis and
/// Berry: "A systematic approach to building high performance software-based
/// CRC generators", 2005).
private struct CyclicTable {
  /// Table k, at 256 · k, advances a byte over k zero bytes that follow it.
  private let tables: [UInt32]

  /// - Parameter polynomial: reflected, without its highest term.
  init(polynomial: UInt32) {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? polynomial : 0) }
      tables[byte] = crc
    }
    for i in 256..<tables.count {
      let shorter = tables[i - 256]
      tables[i] = shorter >> 8 ^ tables[Int(shorter & 0xff)]
    }
    self.tables = tables
  }

  /// The register after these bytes.
  func combine(_ state: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard var next = bytes.baseAddress else { return state }
    var left = bytes.count
    return tables.withUnsafeBufferPointer { tables in
      var crc = state
      guard let t = tables.baseAddress else { return crc }
      while left >= 8 {
        let word =
          UInt64(littleEndian: next.loadUnaligned(as: UInt64.self))
          ^ UInt64(crc)
        crc =
          t[0x700 + Int(word & 0xff)] ^ t[0x600 + Int(word >> 8 & 0xff)]
          ^ t[0x500 + Int(word >> 16 & 0xff)]
          ^ t[0x400 + Int(word >> 24 & 0xff)]
          ^ t[0x300 + Int(word >> 32 & 0xff)]
          ^ t[0x200 + Int(word >> 40 & 0xff)]
          ^ t[0x100 + Int(word >> 48 & 0xff)] ^ t[Int(word >> 56)]
        next += 8
        left -= 8
      }
      while left > 0 {
        crc =
          crc >> 8 ^ t[Int((crc ^ UInt32(next.load(as: UInt8.self))) & 0xff)]
        next += 1
        left -= 1
      }
      return crc
    }
  }
}
