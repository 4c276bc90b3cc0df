/// Walks through the text in which a file says what it holds, a character at
/// a time. Here is what the languages of such headers have in common; each
/// kind of file adds its own.
struct HeaderScanner {
  /// Valid for as long as the scanner is used.
  let bytes: UnsafeRawBufferPointer
  /// That something is wrong at a byte, counted from the text's first.
  let complaint: (_ position: Int) -> String
  var position = 0

  /// Takes the character if it comes next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count,
      UInt32(bytes[position]) == character.value
    else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(WeightsRefusal) {
    if !take(character) { throw refusal("'\(character)' is missing") }
  }

  /// - Parameter reason: said if something follows.
  mutating func expectEnd(_ reason: String) throws(WeightsRefusal) {
    skipSpace()
    if position < bytes.count { throw refusal(reason) }
  }

  /// A whole number from 0 to 2⁶³ - 1, and where its digits stand.
  mutating func digits() throws(WeightsRefusal) -> (Int, Range<Int>) {
    skipSpace()
    let start = position
    var number = 0
    while position < bytes.count, case 0x30...0x39 = bytes[position] {
      let (tens, a) = number.multipliedReportingOverflow(by: 10)
      let (sum, b) = tens.addingReportingOverflow(Int(bytes[position]) - 0x30)
      if a || b { throw refusal("a number is too large") }
      number = sum
      position += 1
    }
    if position == start { throw refusal("a whole number is missing") }
    return (number, start..<position)
  }

  mutating func skipSpace() {
    while position < bytes.count,
      [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position])
    {
      position += 1
    }
  }

  func refusal(_ reason: String) -> WeightsRefusal {
    WeightsRefusal("\(complaint(position)): \(reason)")
  }
}
