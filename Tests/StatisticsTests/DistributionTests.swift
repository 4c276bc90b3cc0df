import Foundation
import Testing

@testable import Statistics

/// Against SciPy 1.17.
@Suite struct DistributionTests {
  @Test func quantilesAreSciPys() {
    for (p, z) in [(0.9, 1.28155157), (0.975, 1.95996398), (0.999, 3.09023231)]
    {
      #expect(abs(NormalDistribution.quantile(p) - z) < 1e-8)
    }
    for (freedom, t) in [(1.0, 12.70620474), (4, 2.77644511), (30, 2.04227246)]
    {
      let found = StudentDistribution.quantile(0.975, freedom: freedom)
      #expect(abs(found - t) < 1e-8)
    }
    #expect(
      abs(BetaDistribution.quantile(0.025, 3, 8) - 0.06673951117773) < 1e-12)
    #expect(
      abs(BetaDistribution.cumulative(0.3, 2.5, 4) - 0.3521975859067672)
        < 1e-12)
  }

  @Test func sharesHaveSciPysIntervals() {
    let exact = Interval.share(3, of: 10)
    #expect(abs(exact.low - 0.066739511177) < 1e-9)
    #expect(abs(exact.high - 0.652452850060) < 1e-9)
    let wilson = Interval.wilson(3, of: 10)
    #expect(abs(wilson.low - 0.107791267406) < 1e-9)
    #expect(abs(wilson.high - 0.603221852539) < 1e-9)
    let none = Interval.share(0, of: 30)
    #expect(none.low == 0)
    #expect(abs(none.high - 0.115703308222) < 1e-9)
  }
}
