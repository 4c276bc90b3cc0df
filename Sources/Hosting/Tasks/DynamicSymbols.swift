import Files
import Foundation

/// The symbols by which a shared library is tied to its process, read from
/// its file: the dynamic symbol table of a 64-bit little-endian ELF file, as
/// the System V ABI lays it out. Nothing of the library is run.
package struct DynamicSymbols {
  package struct Symbol {
    package var name: String
    /// Offered to others; false for one that the library itself looks for.
    package var isDefined: Bool
    /// The bytes that a defined object lies at, in the file.
    fileprivate var place: Range<Int>
  }

  /// Those that others can see or must offer, in the order of the table.
  package let symbols: [Symbol]
  private let file: ELFBytes

  /// Nil if there is no such file at `path`, or a damaged one.
  package init?(of path: String) {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      return nil
    }
    self.init(bytes)
  }

  /// Nil if `bytes` are no such file, or a damaged one.
  package init?(_ bytes: Data) {
    file = ELFBytes(bytes)
    guard let symbols = file.symbols() else { return nil }
    self.symbols = symbols
  }

  /// Names that the library offers to the whole process.
  package var exported: [String] { symbols.filter(\.isDefined).map(\.name) }

  /// The text of the exported constant `name`, up to its null; nil if there
  /// is none.
  package func text(of name: String) -> String? {
    symbols.first { $0.isDefined && $0.name == name }
      .flatMap { file.text(in: $0.place) }
  }
}

/// Numbers in a file, none of which can be trusted.
private struct ELFBytes {
  private let bytes: [UInt8]

  init(_ data: Data) { bytes = [UInt8](data) }

  /// The unsigned number of `size` bytes at `offset`; nil if it lies outside
  /// or does not fit.
  private func number(_ offset: Int, _ size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    let value = bytes.withUnsafeBytes { $0.unsigned(at: offset, width: size) }
    // Half the range: sums of two such offsets do not overflow.
    return value <= UInt64(Int.max / 2) ? Int(value) : nil
  }

  /// The bytes of `range` up to a null; nil if they lie outside.
  func text(in range: Range<Int>) -> String? {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
      return nil
    }
    return String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// SHT_DYNSYM.
  private static let dynamicSymbols = 11
  /// Bytes of an Elf64_Sym.
  private static let symbolSize = 24

  /// A section's kind, its address, and where it lies in the file.
  private struct Section {
    var kind: Int
    var address: Int
    var place: Range<Int>
    var link: Int
  }

  private func sections() -> [Section]? {
    // Magic, 64 bits, least significant byte first.
    guard number(0, 4) == 0x464c_457f, number(4, 2) == 0x0102,
      let start = number(0x28, 8), let size = number(0x3a, 2), size >= 64,
      let count = number(0x3c, 2)
    else { return nil }
    var sections: [Section] = []
    for index in 0..<count {
      let (header, overflow) = start.addingReportingOverflow(index * size)
      guard !overflow, let kind = number(header + 4, 4),
        let address = number(header + 16, 8),
        let offset = number(header + 24, 8),
        let length = number(header + 32, 8), let link = number(header + 40, 4)
      else { return nil }
      sections.append(
        Section(
          kind: kind, address: address, place: offset..<offset + length,
          link: link))
    }
    return sections
  }

  func symbols() -> [DynamicSymbols.Symbol]? {
    guard let sections = sections(),
      let table = sections.first(where: { $0.kind == Self.dynamicSymbols }),
      table.place.upperBound <= bytes.count, table.link < sections.count
    else { return nil }
    let names = sections[table.link].place
    guard names.upperBound <= bytes.count else { return nil }
    var symbols: [DynamicSymbols.Symbol] = []
    for index in 0..<table.place.count / Self.symbolSize {
      let entry = table.place.lowerBound + index * Self.symbolSize
      guard let name = number(entry, 4), let info = number(entry + 4, 1),
        let other = number(entry + 5, 1), let section = number(entry + 6, 2)
      else { return nil }
      // Global, weak or unique; neither hidden nor internal.
      guard [1, 2, 10].contains(info >> 4), [0, 3].contains(other & 3) else {
        continue
      }
      guard name < names.count,
        let text = text(in: names.lowerBound + name..<names.upperBound)
      else { return nil }
      var place = 0..<0
      if section > 0, section < sections.count,
        let address = number(entry + 8, 8), let size = number(entry + 16, 8),
        address >= sections[section].address
      {
        let start =
          sections[section].place.lowerBound + address
          - sections[section].address
        if size <= bytes.count { place = start..<start + size }
      }
      symbols.append(
        DynamicSymbols.Symbol(
          name: text, isDefined: section != 0, place: place))
    }
    return symbols
  }
}
