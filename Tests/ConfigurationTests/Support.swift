import Diagnostics
import Testing

@testable import Configuration

/// What a user would read if `body` fails; nil if it does not. Any error that
/// is not the user's fails the test.
func message(_ body: () throws -> some Any) -> String? {
  do {
    _ = try body()
    return nil
  } catch let error as UserError {
    return error.description
  } catch {
    Issue.record("not a UserError: \(error)")
    return nil
  }
}

/// YAML text under the name "c.yaml".
func yaml(_ text: String) throws -> ConfigValue {
  try .yaml(text: text, name: "c.yaml")
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Random inputs for a fuzz test.
struct Fuzz {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// Calls `body` with generated input until the time is over.
  mutating func run(
    for limit: Duration = .seconds(2), _ body: (inout Fuzz) throws -> Void
  ) rethrows {
    let end = ContinuousClock.now + limit
    repeat { try body(&self) } while ContinuousClock.now < end
  }

  mutating func below(_ bound: Int) -> Int {
    Int.random(in: 0..<bound, using: &random)
  }

  mutating func bytes(upTo count: Int) -> [UInt8] {
    (0..<below(count + 1)).map { _ in UInt8.random(in: 0...255, using: &random)
    }
  }

  /// Text of pieces that mean something to a parser.
  mutating func pieces(_ vocabulary: [String], upTo count: Int) -> [UInt8] {
    (0..<below(count + 1)).flatMap { _ in
      Array(vocabulary[below(vocabulary.count)].utf8)
    }
  }

  /// Some bytes changed, removed, doubled or put elsewhere.
  mutating func mutated(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(6) where !bytes.isEmpty {
      let place = below(bytes.count)
      switch below(5) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: place)
      case 2:
        let end = min(bytes.count, place + 1 + below(20))
        bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count))
      case 3: bytes.removeSubrange(place...)
      default: bytes.swapAt(place, below(bytes.count))
      }
    }
    return bytes
  }

  /// Any text: ASCII, control characters, letters of many scripts, symbols.
  mutating func text(upTo count: Int) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<below(count + 1) {
      let range: ClosedRange<UInt32> =
        switch below(6) {
        case 0: 0...0x1f
        case 1, 2, 3: 0x20...0x7e
        case 4: 0x7f...0x2fff
        default: 0xe000...0x1_0fff
        }
      let code = UInt32.random(in: range, using: &random)
      if let scalar = Unicode.Scalar(code) { text.append(scalar) }
    }
    return String(text)
  }

  /// Any value without NaN, which equals nothing.
  mutating func value(depth: Int) -> ConfigValue {
    switch below(depth > 0 ? 9 : 6) {
    case 0: return .null
    case 1: return ConfigValue(.bool(below(2) == 0))
    case 2:
      let bits = Int64(truncatingIfNeeded: random.next())
      return ConfigValue(.integer(bits >> Int64(below(64))))
    case 3:
      let value = Double(bitPattern: random.next())
      return ConfigValue(.float(value.isNaN ? -0.0 : value))
    case 4: return ConfigValue(.string(text(upTo: 12)))
    case 5:
      let words = [
        "yes", "1e-4", "~", "null", "12", "a: b", "- a", "a #b", "", " a", "<<",
        "a:", "0x1", "---", "...", "a\nb", "a\r\nb", "!x", "&x", "*x", "1:30",
        "2001-12-14", "=", ".inf", "größe", "a, b", "[a", "{a", "%a",
        "\u{feff}",
        "99999999999999999999", "test-clean", "/a/b", "? a", "\u{85}", "'",
        "\"",
      ]
      return ConfigValue(.string(words[below(words.count)]))
    case 6, 7:
      var map = ConfigMap()
      for _ in 0..<below(5) {
        let length = below(40) == 0 ? 1200 : 8
        map.set(text(upTo: length), to: value(depth: depth - 1))
      }
      return ConfigValue(.map(map))
    default:
      return ConfigValue(
        .list((0..<below(5)).map { _ in value(depth: depth - 1) }))
    }
  }
}
