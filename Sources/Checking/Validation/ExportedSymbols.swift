import Diagnostics
import Foundation

/// The symbols that a shared library offers to the whole process, read from
/// its file: the dynamic symbol table of a 64-bit little-endian ELF file, as
/// the System V ABI lays it out.
enum ExportedSymbols {
  /// The names, in the order of the table.
  ///
  /// - Throws: ``UserError`` if the file is not a library of this kind.
  static func read(from path: String) throws -> [String] {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw UserError("cannot read the library", at: path)
    }
    guard let names = names(in: bytes) else {
      throw UserError("its dynamic symbol table cannot be read", at: path)
    }
    return names
  }

  /// Nil if `bytes` are no such file, or a damaged one.
  static func names(in bytes: Data) -> [String]? {
    let file = ELFBytes(bytes)
    // Magic, 64 bits, least significant byte first.
    guard file.number(0, 4) == 0x464c_457f, file.number(4, 2) == 0x0102,
      let sections = file.number(0x28, 8),
      let sectionSize = file.number(0x3a, 2), sectionSize >= 64,
      let sectionCount = file.number(0x3c, 2)
    else { return nil }
    func section(_ index: Int) -> Int? {
      guard index < sectionCount else { return nil }
      let (offset, overflow) = sections.addingReportingOverflow(
        index * sectionSize)
      return overflow ? nil : offset
    }
    for index in 0..<sectionCount {
      guard let header = section(index), let kind = file.number(header + 4, 4)
      else { return nil }
      guard kind == dynamicSymbols else { continue }
      guard let start = file.number(header + 24, 8),
        let size = file.number(header + 32, 8),
        let link = file.number(header + 40, 4), let text = section(link),
        let textStart = file.number(text + 24, 8),
        let textSize = file.number(text + 32, 8)
      else { return nil }
      return file.symbols(
        at: start, count: size / symbolSize, text: textStart,
        textSize: textSize)
    }
    return nil
  }

  /// SHT_DYNSYM.
  private static let dynamicSymbols = 11
  /// Bytes of an Elf64_Sym.
  fileprivate static let symbolSize = 24
}

/// Numbers in a file, none of which can be trusted.
private struct ELFBytes {
  private let bytes: [UInt8]

  init(_ data: Data) { bytes = [UInt8](data) }

  /// The unsigned number of `size` bytes at `offset`; nil if it lies outside
  /// or does not fit.
  func number(_ offset: Int, _ size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    var value: UInt64 = 0
    for index in (0..<size).reversed() {
      value = value << 8 | UInt64(bytes[offset + index])
    }
    // Half the range: sums of two such offsets do not overflow.
    return value <= UInt64(Int.max / 2) ? Int(value) : nil
  }

  /// Names of the defined symbols that other libraries can see.
  func symbols(
    at start: Int, count: Int, text: Int, textSize: Int
  ) -> [String]? {
    guard start <= bytes.count,
      count <= (bytes.count - start) / ExportedSymbols.symbolSize,
      text <= bytes.count, textSize <= bytes.count - text
    else { return nil }
    var names: [String] = []
    for index in 0..<count {
      let entry = start + index * ExportedSymbols.symbolSize
      guard let name = number(entry, 4), let info = number(entry + 4, 1),
        let other = number(entry + 5, 1), let section = number(entry + 6, 2)
      else { return nil }
      // Global, weak or unique; neither hidden nor internal; defined here.
      guard [1, 2, 10].contains(info >> 4), [0, 3].contains(other & 3),
        section != 0
      else { continue }
      guard name < textSize else { return nil }
      let rest = bytes[(text + name)..<(text + textSize)]
      names.append(String(decoding: rest.prefix { $0 != 0 }, as: UTF8.self))
    }
    return names
  }
}
