import Diagnostics

extension ConfigValue {
  /// Reads a JSON file (RFC 8259, no extensions), with marks.
  ///
  /// A number without dot and exponent is an integer. A key that stands twice
  /// and an integer beyond 64 bits are `UserError`s with their place, like
  /// everything that is not JSON.
  package static func json(file path: String) throws -> ConfigValue {
    var reader = JSONReader(try SourceText(file: path))
    return try reader.document()
  }

  /// Reads JSON text; `name` stands for the file in marks.
  package static func json(text: String, name: String) throws -> ConfigValue {
    var reader = JSONReader(
      try SourceText(name: name, bytes: Array(text.utf8)))
    return try reader.document()
  }
}

struct JSONReader {
  static let maximumDepth = YAMLReader.maximumDepth

  private let source: SourceText
  private var cursor: ByteCursor
  private var places: MarkScan

  init(_ source: SourceText) {
    self.source = source
    cursor = ByteCursor(source.bytes)
    places = MarkScan(source.name)
  }

  mutating func document() throws -> ConfigValue {
    let value = try value(depth: 0)
    skipBlanks()
    guard cursor.isAtEnd else { throw unexpected("the end of the text") }
    return value
  }

  private mutating func value(depth: Int) throws -> ConfigValue {
    skipBlanks()
    let mark = here()
    guard depth <= Self.maximumDepth else {
      throw UserError(
        "nested more than \(Self.maximumDepth) levels deep",
        at: mark.description)
    }
    switch cursor.current {
    case UInt8(ascii: "{"):
      return ConfigValue(.map(try map(depth)), mark: mark)
    case UInt8(ascii: "["):
      return ConfigValue(.list(try list(depth)), mark: mark)
    case UInt8(ascii: "\""):
      return ConfigValue(.string(try string()), mark: mark)
    default:
      if cursor.take("null") { return ConfigValue(.null, mark: mark) }
      if cursor.take("true") { return ConfigValue(.bool(true), mark: mark) }
      if cursor.take("false") { return ConfigValue(.bool(false), mark: mark) }
      return ConfigValue(try number(mark), mark: mark)
    }
  }

  private mutating func list(_ depth: Int) throws -> [ConfigValue] {
    cursor.position += 1
    var items: [ConfigValue] = []
    skipBlanks()
    if cursor.take("]") { return items }
    while true {
      items.append(try value(depth: depth + 1))
      skipBlanks()
      if cursor.take("]") { return items }
      guard cursor.take(",") else { throw unexpected("',' or ']'") }
    }
  }

  private mutating func map(_ depth: Int) throws -> ConfigMap {
    cursor.position += 1
    var map = ConfigMap()
    skipBlanks()
    if cursor.take("}") { return map }
    while true {
      skipBlanks()
      let mark = here()
      guard cursor.current == UInt8(ascii: "\"") else {
        throw unexpected("a key in double quotes")
      }
      let key = try string()
      if let first = map.entry(key)?.keyMark {
        throw UserError(
          "the key '\(key.shortened)' stands twice, first at \(first)",
          at: mark.description, fix: "remove one of them")
      }
      skipBlanks()
      guard cursor.take(":") else { throw unexpected("':'") }
      map.set(key, to: try value(depth: depth + 1), keyMark: mark)
      skipBlanks()
      if cursor.take("}") { return map }
      guard cursor.take(",") else { throw unexpected("',' or '}'") }
    }
  }

  private mutating func number(_ mark: Mark) throws -> ConfigValue.Kind {
    let start = cursor.position
    let isNegative = cursor.take("-")
    let whole = cursor.takeAll(where: \.isDigit)
    guard !whole.isEmpty, whole.count == 1 || whole.first != 0x30 else {
      cursor.position = start
      throw unexpected("a value")
    }
    var isInteger = true
    if cursor.take(".") {
      isInteger = false
      if cursor.takeAll(where: \.isDigit).isEmpty {
        throw unexpected("a digit")
      }
    }
    if cursor.take("e") || cursor.take("E") {
      isInteger = false
      if !cursor.take("-") { _ = cursor.take("+") }
      if cursor.takeAll(where: \.isDigit).isEmpty {
        throw unexpected("a digit")
      }
    }
    let text = String(
      decoding: cursor.bytes[start..<cursor.position], as: UTF8.self)
    if isInteger {
      guard
        let value = Int64(digits: whole, radix: 10, isNegative: isNegative)
      else {
        throw UserError(
          "the integer \(text.shortened) does not fit into 64 bits",
          at: mark.description)
      }
      return .integer(value)
    }
    guard let value = Double(text), value.isFinite else {
      throw UserError(
        "the number \(text.shortened) is too large for a float",
        at: mark.description)
    }
    return .float(value)
  }

  private mutating func string() throws -> String {
    cursor.position += 1
    var bytes: [UInt8] = []
    while let byte = cursor.current, byte >= 0x20 {
      cursor.position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"): bytes += try escape()
      default: bytes.append(byte)
      }
    }
    throw unexpected("'\"' at the end of the string")
  }

  private mutating func escape() throws -> [UInt8] {
    let start = cursor.position
    cursor.position += 1
    switch start < cursor.bytes.count ? cursor.bytes[start] : 0 {
    case UInt8(ascii: "\""): return [0x22]
    case UInt8(ascii: "\\"): return [0x5c]
    case UInt8(ascii: "/"): return [0x2f]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      if let scalar = escapedScalar() {
        return Array(String(Character(scalar)).utf8)
      }
    default: break
    }
    cursor.position = start
    throw unexpected("an escape of JSON")
  }

  /// Behind `\u`: one unit of UTF-16, or two that make a pair.
  private mutating func escapedScalar() -> Unicode.Scalar? {
    guard let first = cursor.takeHex(4) else { return nil }
    guard 0xd800..<0xdc00 ~= first else { return Unicode.Scalar(first) }
    guard cursor.take("\\u"), let second = cursor.takeHex(4),
      0xdc00..<0xe000 ~= second
    else { return nil }
    return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + second - 0xdc00)
  }

  private mutating func skipBlanks() {
    _ = cursor.takeAll { $0 == 0x20 || $0 == 9 || $0 == 10 || $0 == 13 }
  }

  private mutating func here() -> Mark {
    places.advance(to: cursor.position, in: source.bytes)
    return places.mark
  }

  private func unexpected(_ expected: String) -> UserError {
    let rest = source.bytes[min(cursor.position, source.bytes.count)...]
    let text = String(decoding: rest.prefix(64), as: UTF8.self)
    return UserError(
      "not valid JSON: expected \(expected), found "
        + (text.first.map { "'\(String($0).shortened)'" } ?? "the end"),
      at: source.mark(atByte: cursor.position).description)
  }
}
