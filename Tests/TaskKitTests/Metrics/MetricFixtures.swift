import Foundation
import Testing

/// Expected values, written by `Fixtures/make_metric_fixtures.py`.
func metricFixture<Case: Decodable>(
  _ name: String, of type: Case.Type = Case.self
) throws -> [Case] {
  let url = try #require(
    Bundle.module.url(
      forResource: name, withExtension: "json", subdirectory: "Fixtures"))
  return try JSONDecoder().decode(
    [Case].self, from: Data(contentsOf: url))
}

/// Numbers for property tests: the same in every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// What a reader makes of a text that was damaged in many ways: the error of
/// each damaged text, nil where it could still be read.
func errorsOfDamaged(
  _ text: String, seed: UInt64, rounds: Int = 400,
  parse: (String) throws -> Void
) -> [(text: String, error: (any Error)?)] {
  var numbers = SeededNumbers(seed)
  let pool = Array("\n\r\t ,;01.9-+eEx\u{0}éNaninf<>".utf8) + [0xFF, 0xC3]
  return (0..<rounds).map { _ in
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &numbers) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &numbers)
      let byte = pool.randomElement(using: &numbers) ?? 0
      switch Int.random(in: 0..<4, using: &numbers) {
      case 0: bytes[place] = byte
      case 1: bytes.insert(byte, at: place)
      case 2: bytes.remove(at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    let damaged = String(decoding: bytes, as: UTF8.self)
    do {
      try parse(damaged)
      return (damaged, nil)
    } catch {
      return (damaged, error)
    }
  }
}
