import Testing

@testable import Training

@Suite struct LimitedDataloaderTests {
  @Test func everyBeginningOfTheOrderLiesEvenlyAmongAll() {
    #expect(LimitedDataloader.spread(8) == [0, 4, 2, 6, 1, 5, 3, 7])
    for count in [0, 1, 2, 3, 7, 100] {
      let order = LimitedDataloader.spread(count)
      #expect(order.sorted() == Array(0..<count))
    }
    // No gap among the first tenth is much wider than another.
    let first = LimitedDataloader.spread(1000).prefix(100).sorted()
    let gaps = zip(first, first.dropFirst()).map { $1 - $0 }
    #expect((gaps.max() ?? 1000) <= 2 * (gaps.min() ?? 0) + 1)
  }
}
