import Testing

@testable import DemoCorpora

struct DrawsTests {
  @Test func dependOnSeedAndNameAlone() {
    func first(_ seed: UInt64, _ name: String) -> [UInt64] {
      var draws = Draws(seed: seed, name)
      return (0..<8).map { _ in draws.next() }
    }
    #expect(first(1, "a") == first(1, "a"))
    #expect(Set(first(1, "a") + first(2, "a") + first(1, "b")).count == 24)
  }

  @Test func noiseHasZeroMeanAndUnitVariance() {
    var draws = Draws(seed: 3, "noise")
    let values = (0..<20_000).map { _ in Double(draws.noise()) }
    let mean = values.reduce(0, +) / 20_000
    let power = values.reduce(0) { $0 + $1 * $1 } / 20_000
    #expect(abs(mean) < 0.03)
    #expect(abs(power - 1) < 0.03)
  }

  @Test func shufflingKeepsTheItems() {
    var draws = Draws(seed: 4, "shuffle")
    let items = Array(0..<50)
    let shuffled = draws.shuffled(items)
    #expect(shuffled != items)
    #expect(shuffled.sorted() == items)
    #expect(draws.shuffled([Int]()).isEmpty)
  }

  @Test func integersFillTheirRange() {
    var draws = Draws(seed: 5, "integers")
    let values = Set((0..<300).map { _ in draws.integer(-2...3) })
    #expect(values == Set(-2...3))
    #expect(draws.integer(below: 0) == 0)
  }

  @Test func uuidsHaveTheirForm() {
    var draws = Draws(seed: 6, "uuid")
    for _ in 0..<50 {
      let parts = draws.uuid().split(separator: "-")
      #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
      #expect(parts[2].first == "4")
      #expect("89ab".contains(parts[3].first ?? " "))
    }
  }
}
