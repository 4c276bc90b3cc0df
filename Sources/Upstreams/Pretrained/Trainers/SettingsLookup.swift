import Diagnostics
import Weights

/// A trainer's settings, of which each is looked up in several places.
struct SettingsLookup {
  /// The most particular one first.
  var places: [PickleNode]

  func bool(_ key: String) -> Bool? { first { $0[key]?.bool } }
  func text(_ key: String) -> String? { first { $0[key]?.text } }

  /// A whole number, which may be written as a string.
  func integer(_ key: String) -> Int? {
    first { $0[key]?.integer } ?? text(key).flatMap { Int($0) }
  }

  /// A number, which may be written as a string, as YAML takes `1.e-12`.
  func number(_ key: String) -> Double? {
    first { $0[key]?.real } ?? text(key).flatMap { Double($0) }
  }

  private func first<T>(_ value: (PickleNode) -> T?) -> T? {
    for place in places {
      if let value = value(place) { return value }
    }
    return nil
  }

  /// - Throws: `UserError` if a number is set to another value than the one
  ///   that is understood.
  func require(_ key: String, _ expected: Double) throws {
    guard let value = number(key), value != expected else { return }
    throw Self.refusal("\(key) is \(value); understood is \(expected)")
  }

  /// - Throws: `UserError` if a number is not set.
  func required(_ key: String) throws -> Int {
    guard let value = integer(key) else {
      throw Self.refusal("there is no whole number \(key)")
    }
    return value
  }

  static func refusal(_ what: String) -> UserError {
    UserError("in the settings of its trainer, \(what)")
  }
}
