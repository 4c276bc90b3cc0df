import Files

/// What the header of a NumPy `.npy` file says, checked against the file.
///
/// The format: `\x93NUMPY`, two bytes of version, the header's length in two
/// bytes (version 1) or four (2 and 3), little-endian; the header, a Python
/// dictionary of `descr`, `fortran_order` and `shape`; the values.
struct NPYHeader {
  /// The types that are read, by their names in `descr`.
  private static let elements: [String: TensorElement] = [
    "<f2": .float16, "<f4": .float32, "<f8": .float64,
  ]

  var element: TensorElement
  /// Whether the first index runs fastest.
  var isFortran: Bool
  var shape: [Int]
  /// Where the values begin.
  var dataStart: Int

  /// - Parameter bytes: the whole file.
  init(file bytes: UnsafeRawBufferPointer) throws(WeightsRefusal) {
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    guard bytes.count >= 10, bytes.prefix(6).elementsEqual(magic) else {
      throw WeightsRefusal("it does not begin as one")
    }
    let version = bytes[6]
    guard (1...3).contains(version), bytes[7] == 0 else {
      throw WeightsRefusal("it is of version \(version).\(bytes[7])")
    }
    let start = version == 1 ? 10 : 12
    guard bytes.count >= start,
      case let end = start + Int(bytes.unsigned(at: 8, width: start - 8)),
      end <= bytes.count
    else { throw WeightsRefusal("it ends within its header") }
    dataStart = end
    var scanner = HeaderScanner(bytes: bytes.part(start..<end)) {
      "its header is not as it should be at character \($0)"
    }
    let fields = try scanner.dictionary()
    guard case .text(let type) = fields["descr"],
      case .truth(let isFortran) = fields["fortran_order"],
      case .integers(let shape) = fields["shape"], fields.count == 3
    else {
      throw WeightsRefusal(
        "its header lacks a descr, a fortran_order or a shape")
    }
    guard let element = Self.elements[type] else {
      throw WeightsRefusal("it holds '\(type)', not '<f2', '<f4' or '<f8'")
    }
    self.element = element
    self.isFortran = isFortran
    self.shape = shape
    guard let size = element.byteCount(of: shape) else {
      throw WeightsRefusal("its shape is too large")
    }
    guard size == bytes.count - dataStart else {
      throw WeightsRefusal(
        "it holds \(bytes.count - dataStart) bytes of values where its shape "
          + "\(shape) and type ask for \(size)")
    }
  }
}

private enum PythonValue {
  case text(String)
  case truth(Bool)
  case integers([Int])
}

/// The little of Python that such a header is made of.
extension HeaderScanner {
  fileprivate mutating func dictionary() throws(WeightsRefusal)
    -> [String: PythonValue]
  {
    var fields: [String: PythonValue] = [:]
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

  private mutating func value() throws(WeightsRefusal) -> PythonValue {
    if takeWord("True") { return .truth(true) }
    if takeWord("False") { return .truth(false) }
    if take("(") { return .integers(try tuple()) }
    return .text(try text())
  }

  /// What stands in a tuple that has been opened.
  private mutating func tuple() throws(WeightsRefusal) -> [Int] {
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

  private mutating func text() throws(WeightsRefusal) -> String {
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
