/// What the header of a NumPy `.npy` file says, checked against the file.
///
/// The format: `\x93NUMPY`, two bytes of version, the header's length in two
/// bytes (version 1) or four (2 and 3), little-endian; the header, a Python
/// dictionary of `descr`, `fortran_order` and `shape`; the values.
struct NPYHeader: Equatable {
  enum Element: String, CaseIterable {
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"

    var byteCount: Int {
      switch self {
      case .float16: 2
      case .float32: 4
      case .float64: 8
      }
    }
  }

  /// Why a file is refused.
  struct Refusal: HeaderRefusal, Equatable {
    var reason: String

    init(reason: String) { self.reason = reason }

    init(unreadable reason: String, at position: Int) {
      self.reason =
        "its header is not as it should be at character \(position): \(reason)"
    }
  }

  var element: Element
  /// Whether the first index runs fastest.
  var isFortran: Bool
  var shape: [Int]
  /// Where the values begin.
  var dataStart: Int

  /// Elements in all.
  var count: Int { shape.reduce(1, *) }

  /// - Parameter bytes: the whole file.
  init(file bytes: UnsafeRawBufferPointer) throws(Refusal) {
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    guard bytes.count >= 10, bytes.prefix(6).elementsEqual(magic) else {
      throw Refusal(reason: "it does not begin as one")
    }
    let version = bytes[6]
    guard (1...3).contains(version), bytes[7] == 0 else {
      throw Refusal(reason: "it is of version \(version).\(bytes[7])")
    }
    let start = version == 1 ? 10 : 12
    guard bytes.count >= start else {
      throw Refusal(reason: "it ends within its header")
    }
    var length = 0
    for place in (8..<start).reversed() {
      length = length << 8 | Int(bytes[place])
    }
    dataStart = start + length
    guard dataStart <= bytes.count else {
      throw Refusal(reason: "it ends within its header")
    }
    var scanner = HeaderScanner<Refusal>(
      bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<dataStart]))
    let fields = try scanner.dictionary()
    guard case .text(let type) = fields["descr"],
      case .truth(let isFortran) = fields["fortran_order"],
      case .integers(let shape) = fields["shape"], fields.count == 3
    else {
      throw Refusal(
        reason: "its header lacks a descr, a fortran_order or a shape")
    }
    guard let element = Element(rawValue: type) else {
      throw Refusal(
        reason: "it holds '\(type)', not '<f2', '<f4' or '<f8'")
    }
    self.element = element
    self.isFortran = isFortran
    self.shape = shape
    try checkSize(of: bytes.count - dataStart)
  }

  private func checkSize(of bytes: Int) throws(Refusal) {
    var size = element.byteCount
    for extent in shape {
      let (product, overflows) = size.multipliedReportingOverflow(by: extent)
      if overflows { throw Refusal(reason: "its shape is too large") }
      size = product
    }
    guard size == bytes else {
      throw Refusal(
        reason: "it holds \(bytes) bytes of values where its shape \(shape) "
          + "and type ask for \(size)")
    }
  }
}

extension NPYHeader {
  fileprivate enum Value {
    case text(String)
    case truth(Bool)
    case integers([Int])
  }
}

/// The little of Python that such a header is made of.
extension HeaderScanner where Refusal == NPYHeader.Refusal {
  fileprivate mutating func dictionary() throws(Refusal)
    -> [String: NPYHeader.Value]
  {
    var fields: [String: NPYHeader.Value] = [:]
    try expect("{")
    while !take("}") {
      let key = try text()
      try expect(":")
      let value = try value()
      guard fields.updateValue(value, forKey: key) == nil else {
        throw refusal("'\(key)' is there twice")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    try expectEnd("there is more behind it")
    return fields
  }

  private mutating func value() throws(Refusal) -> NPYHeader.Value {
    if takeWord("True") { return .truth(true) }
    if takeWord("False") { return .truth(false) }
    if take("(") { return .integers(try tuple()) }
    return .text(try text())
  }

  /// What stands in a tuple that has been opened.
  private mutating func tuple() throws(Refusal) -> [Int] {
    var numbers: [Int] = []
    while !take(")") {
      numbers.append(try digits().0)
      // A long of Python 2.
      _ = takeWord("L")
      if !take(",") {
        try expect(")")
        break
      }
    }
    return numbers
  }

  private mutating func text() throws(Refusal) -> String {
    skipSpace()
    guard position < bytes.count,
      [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(bytes[position])
    else { throw refusal("a string is missing") }
    let quote = bytes[position]
    guard
      let end = bytes[(position + 1)...].firstIndex(of: quote),
      let text = String(
        validating: bytes[position + 1..<end], as: UTF8.self)
    else { throw refusal("a string does not end") }
    position = end + 1
    return text
  }

  private mutating func takeWord(_ word: String) -> Bool {
    skipSpace()
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }
}
