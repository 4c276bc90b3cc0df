import Foundation
import Testing

@testable import TaskKit

@Suite struct PythonRandomTests {
  /// Written by `Fixtures/make_random_fixtures.py`, by CPython.
  private struct Fixture: Decodable {
    struct Draws: Decodable {
      let seed: UInt64
      let bits32: [UInt32]
      let bits5: [UInt32]
      let below: [UInt32]
    }
    struct Shuffle: Decodable {
      let seed: UInt64
      let order: [Int]
    }
    struct Split: Decodable {
      let lines: [String]
      let train: [String]
      let dev: [String]
      let devSHA1: String
    }
    let draws: [Draws]
    let shuffles: [Shuffle]
    let splits: [Split]
  }

  private let fixture: Fixture

  init() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "random", withExtension: "json",
        subdirectory: "Fixtures"))
    fixture = try JSONDecoder().decode(
      Fixture.self, from: Data(contentsOf: url))
  }

  @Test func drawsAreCPythons() {
    #expect(fixture.draws.count == 5)
    for expected in fixture.draws {
      var random = PythonRandom(seed: expected.seed)
      #expect(expected.bits32.map { _ in random.bits(32) } == expected.bits32)
      #expect(expected.bits5.map { _ in random.bits(5) } == expected.bits5)
      let bounds: [UInt32] = [1, 2, 3, 10, 1000, 1 << 31]
      #expect(bounds.map { random.integer(below: $0) } == expected.below)
    }
  }

  @Test func shufflesAreCPythons() {
    for expected in fixture.shuffles {
      var items = Array(expected.order.indices)
      var random = PythonRandom(seed: expected.seed)
      random.shuffle(&items)
      #expect(items == expected.order)
    }
  }

  @Test func phonesAreSplitAsPythonSplitsThem() {
    for expected in fixture.splits {
      let parts = AlignedPhones.partition(expected.lines, seed: 1337)
      #expect(Array(parts.train.prefix(3)) == expected.train)
      #expect(Array(parts.dev.prefix(2)) == expected.dev)
      let text = parts.dev.sorted().map { $0 + "\n" }.joined()
      #expect(Digest.sha1(text).hexadecimal == expected.devSHA1)
      #expect(Set(parts.train + parts.dev) == Set(expected.lines))
    }
  }

  @Test func nothingIsDrawnBelowNothing() {
    var random = PythonRandom(seed: 1)
    #expect(random.integer(below: 0) == 0)
    var other = PythonRandom(seed: 1)
    #expect(random.bits(32) == other.bits(32))
  }
}
