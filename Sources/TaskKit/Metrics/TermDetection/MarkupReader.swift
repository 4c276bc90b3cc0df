/// Reads XML as NIST's files of spoken term detection have it: elements,
/// attributes, comments and the five named character references. Strict: what
/// is not well-formed, and declarations (`<!…>`), are errors with their line.
struct MarkupReader {
  struct Element {
    var name: String
    var attributes: [(name: String, value: String)]
    /// Where it begins, counted from 1.
    var line: Int

    /// - Throws: ``MetricError`` if it has no such attribute.
    func attribute(_ wanted: String) throws(MetricError) -> String {
      guard let found = attributes.first(where: { $0.name == wanted }) else {
        throw MetricError("<\(name)> has no '\(wanted)'", line: line)
      }
      return found.value
    }
  }

  private enum Event {
    case start(Element)
    case end
  }

  /// No file of these formats is nested deeper.
  private static let mostDepth = 16

  private let bytes: [UInt8]
  private var index = 0
  private var line = 1
  private var open: [String] = []
  private var hasRoot = false
  /// The element just begun was `<…/>`.
  private var isEmpty = false

  init(_ text: String) {
    bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  /// Enters the root, which must have that name.
  mutating func root(_ name: String) throws(MetricError) {
    guard let root = try child() else { throw error("there is no element") }
    guard root.name == name else {
      throw MetricError(
        "the root is <\(root.name)> where <\(name)> is needed",
        line: root.line)
    }
  }

  /// Enters the next element inside the present one; nil, and leaves the
  /// present one, if it has no more.
  mutating func child() throws(MetricError) -> Element? {
    guard case .start(let element) = try next() else { return nil }
    return element
  }

  /// The next child, which must have that name.
  mutating func child(_ name: String) throws(MetricError) -> Element? {
    guard let element = try child() else { return nil }
    guard element.name == name else {
      throw MetricError(
        "<\(element.name)> where <\(name)> is needed", line: element.line)
    }
    return element
  }

  /// Leaves the present element, whatever is in it.
  mutating func leave() throws(MetricError) {
    let depth = open.count
    while open.count >= depth, depth > 0 { _ = try next() }
  }

  /// Checks that nothing follows the root, which has been left.
  mutating func finish() throws(MetricError) {
    _ = try next()
  }

  // MARK: - Events

  private mutating func next() throws(MetricError) -> Event? {
    if isEmpty {
      isEmpty = false
      open.removeLast()
      return .end
    }
    while true {
      try skipText()
      guard index < bytes.count else {
        if let name = open.last { throw error("<\(name)> is not closed") }
        guard hasRoot else { throw error("there is no element") }
        return nil
      }
      if skips("<?") {
        try skip(past: "?>")
      } else if skips("<!--") {
        try skip(past: "-->")
      } else if skips("<!") {
        throw error("a declaration (<!…>), which is not read")
      } else if skips("</") {
        try endTag()
        return .end
      } else {
        index += 1
        return .start(try startTag())
      }
    }
  }

  private mutating func startTag() throws(MetricError) -> Element {
    let place = line
    let name = try self.name()
    guard !open.isEmpty || !hasRoot else {
      throw error("<\(name)> after the end of the root")
    }
    guard open.count < Self.mostDepth else {
      throw error("elements are nested more than \(Self.mostDepth) deep")
    }
    hasRoot = true
    open.append(name)
    var attributes: [(name: String, value: String)] = []
    while true {
      let hadSpace = skipSpace()
      if skips("/>") {
        isEmpty = true
        break
      }
      if skips(">") { break }
      guard hadSpace else { throw error("<\(name)> is malformed") }
      let attribute = try self.name()
      guard !attributes.contains(where: { $0.name == attribute }) else {
        throw error("<\(name)> has '\(attribute)' twice")
      }
      skipSpace()
      guard skips("=") else { throw error("'\(attribute)' has no value") }
      skipSpace()
      attributes.append((attribute, try value(of: attribute)))
    }
    return Element(name: name, attributes: attributes, line: place)
  }

  private mutating func endTag() throws(MetricError) {
    let name = try self.name()
    skipSpace()
    guard skips(">") else { throw error("</\(name)> is malformed") }
    guard let last = open.last, last == name else {
      throw error("</\(name)> closes nothing")
    }
    open.removeLast()
  }

  private mutating func value(
    of attribute: String
  ) throws(MetricError) -> String {
    guard index < bytes.count,
      bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'")
    else { throw error("the value of '\(attribute)' is not in quotes") }
    let quote = bytes[index]
    index += 1
    let start = index
    while index < bytes.count, bytes[index] != quote {
      guard bytes[index] != UInt8(ascii: "<") else {
        throw error("'<' in the value of '\(attribute)'")
      }
      step()
    }
    guard index < bytes.count else {
      throw error("the value of '\(attribute)' does not end")
    }
    let value = try text(bytes[start..<index])
    index += 1
    return value
  }

  // MARK: - Characters

  private mutating func name() throws(MetricError) -> String {
    let start = index
    while index < bytes.count, Self.isName(bytes[index]) { index += 1 }
    guard start < index else { throw error("a name is missing") }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"), 0x80...:
      true
    default: false
    }
  }

  private mutating func skipText() throws(MetricError) {
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "<") {
      if open.isEmpty, !Self.isSpace(bytes[index]) {
        throw error("text outside of the root")
      }
      step()
    }
    _ = try text(bytes[start..<index])
  }

  /// With character references replaced.
  private func text(_ raw: ArraySlice<UInt8>) throws(MetricError) -> String {
    var rest = raw
    var text: [UInt8] = []
    while let special = rest.firstIndex(where: Self.isSpecial) {
      guard rest[special] == UInt8(ascii: "&") else {
        throw error("a control character")
      }
      // No reference that is known is longer.
      let most = rest[special...].prefix(6)
      guard let end = most.firstIndex(of: UInt8(ascii: ";")) else {
        throw error("'&' that begins no character reference that is known")
      }
      let name = String(decoding: rest[(special + 1)..<end], as: UTF8.self)
      guard let character = Self.references[name] else {
        throw error("the unknown character reference '&\(name);'")
      }
      text += rest[..<special] + [character]
      rest = rest[(end + 1)...]
    }
    return String(decoding: text + rest, as: UTF8.self)
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "&") || byte < 0x20 && !isSpace(byte)
  }

  private static let references = [
    "amp": UInt8(ascii: "&"), "lt": UInt8(ascii: "<"),
    "gt": UInt8(ascii: ">"), "quot": UInt8(ascii: "\""),
    "apos": UInt8(ascii: "'"),
  ]

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  @discardableResult
  private mutating func skipSpace() -> Bool {
    let start = index
    while index < bytes.count, Self.isSpace(bytes[index]) { step() }
    return index > start
  }

  private mutating func step() {
    if bytes[index] == 0x0A { line += 1 }
    index += 1
  }

  /// Goes past `token`, which has no line end, if it stands here.
  private mutating func skips(_ token: StaticString) -> Bool {
    let count = token.utf8CodeUnitCount
    guard bytes.count - index >= count else { return false }
    for i in 0..<count where bytes[index + i] != token.utf8Start[i] {
      return false
    }
    index += count
    return true
  }

  private mutating func skip(
    past token: StaticString
  ) throws(MetricError) {
    let start = line
    while index < bytes.count {
      if skips(token) { return }
      step()
    }
    throw MetricError("what begins with <? or <!-- does not end", line: start)
  }

  private func error(_ what: String) -> MetricError {
    MetricError(what, line: line)
  }
}
