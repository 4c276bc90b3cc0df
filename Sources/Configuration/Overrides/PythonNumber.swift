import Foundation

/// Arithmetic with Python's rules: integers stay integers except under `/` and
/// negative powers, `//` rounds down, `%` has the sign of the divisor.
///
/// On anything but numbers, and on a division by zero, there is no value; a
/// result that does not fit is out of range.
enum PythonNumber {
  typealias Kind = ConfigValue.Kind
  typealias Failure = PythonLiteral.Failure

  /// The number itself; nothing for another kind.
  static func checked(_ value: Kind) throws(Failure) -> Kind {
    _ = try double(value)
    return value
  }

  static func add(_ a: Kind, _ b: Kind) throws(Failure) -> Kind {
    if case (.integer(let a), .integer(let b)) = (a, b) {
      return try fitting(a.addingReportingOverflow(b))
    }
    return try finite(try double(a) + double(b))
  }

  static func subtract(_ a: Kind, _ b: Kind) throws(Failure) -> Kind {
    if case (.integer(let a), .integer(let b)) = (a, b) {
      return try fitting(a.subtractingReportingOverflow(b))
    }
    return try finite(try double(a) - double(b))
  }

  static func negated(_ value: Kind) throws(Failure) -> Kind {
    if case .integer(let value) = value {
      return try fitting(Int64(0).subtractingReportingOverflow(value))
    }
    return .float(-(try double(value)))
  }

  static func multiply(_ a: Kind, _ b: Kind) throws(Failure) -> Kind {
    if case (.integer(let a), .integer(let b)) = (a, b) {
      return try fitting(a.multipliedReportingOverflow(by: b))
    }
    return try finite(try double(a) * double(b))
  }

  static func divide(_ a: Kind, _ b: Kind) throws(Failure) -> Kind {
    try finite(try double(a) / divisor(b))
  }

  static func floorDivide(_ a: Kind, _ b: Kind) throws(Failure) -> Kind {
    if case (.integer(let a), .integer(let b)) = (a, b) {
      if b == 0 { throw .notALiteral }
      let (quotient, overflow) = a.dividedReportingOverflow(by: b)
      if overflow { throw .outOfRange }
      let roundsUp = quotient * b != a && (a < 0) != (b < 0)
      return .integer(roundsUp ? quotient - 1 : quotient)
    }
    let (a, b) = (try double(a), try divisor(b))
    return try finite(((a - floorRemainder(a, b)) / b).rounded())
  }

  static func modulo(_ a: Kind, _ b: Kind) throws(Failure) -> Kind {
    if case (.integer(let a), .integer(let b)) = (a, b) {
      if b == 0 { throw .notALiteral }
      let (remainder, overflow) = a.remainderReportingOverflow(dividingBy: b)
      if overflow { return .integer(0) }
      let isOff = remainder != 0 && (remainder < 0) != (b < 0)
      return .integer(isOff ? remainder + b : remainder)
    }
    return try finite(floorRemainder(try double(a), try divisor(b)))
  }

  static func power(_ a: Kind, _ b: Kind) throws(Failure) -> Kind {
    if case (.integer(let base), .integer(let exponent)) = (a, b),
      exponent >= 0
    {
      return try power(base, exponent)
    }
    let (base, exponent) = (try double(a), try double(b))
    if base == 0, exponent < 0 { throw .notALiteral }
    // A complex number in Python.
    if base < 0, exponent != exponent.rounded() { throw .notALiteral }
    return try finite(pow(base, exponent))
  }

  private static func power(
    _ base: Int64, _ exponent: Int64
  ) throws(Failure) -> Kind {
    var (result, factor, rest) = (Int64(1), base, exponent)
    while rest > 0 {
      if rest & 1 == 1 {
        let (product, overflow) = result.multipliedReportingOverflow(by: factor)
        if overflow { throw .outOfRange }
        result = product
      }
      rest >>= 1
      if rest > 0 {
        let (square, overflow) = factor.multipliedReportingOverflow(by: factor)
        if overflow { throw .outOfRange }
        factor = square
      }
    }
    return .integer(result)
  }

  private static func floorRemainder(_ a: Double, _ b: Double) -> Double {
    let remainder = fmod(a, b)
    return remainder != 0 && (remainder < 0) != (b < 0)
      ? remainder + b : remainder
  }

  private static func divisor(_ value: Kind) throws(Failure) -> Double {
    let value = try double(value)
    if value == 0 { throw .notALiteral }
    return value
  }

  private static func double(_ value: Kind) throws(Failure) -> Double {
    switch value {
    case .integer(let value): return Double(value)
    case .float(let value): return value
    default: throw .notALiteral
    }
  }

  private static func finite(_ value: Double) throws(Failure) -> Kind {
    guard value.isFinite else { throw .outOfRange }
    return .float(value)
  }

  private static func fitting(
    _ result: (partialValue: Int64, overflow: Bool)
  ) throws(Failure) -> Kind {
    if result.overflow { throw .outOfRange }
    return .integer(result.partialValue)
  }
}
