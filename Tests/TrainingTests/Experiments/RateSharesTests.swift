import Testing

@testable import Training

@Suite struct RateSharesTests {
  @Test func everyProcessHasItsRatesAndItsCores() throws {
    let rates = [1.0, 2, 3, 4, 5]
    let two = try #require(RateShares(rates, threads: 2))
    #expect(two.rates == [[1, 3, 5], [2, 4]])
    #expect(two.threads == 1)
    let many = try #require(RateShares(rates, threads: 16))
    #expect(many.rates == rates.map { [$0] })
    #expect(many.threads == 3)
  }

  @Test func oneCoreOrOneRateIsNotShared() {
    #expect(RateShares([1, 2], threads: 1) == nil)
    #expect(RateShares([1], threads: 8) == nil)
  }
}
