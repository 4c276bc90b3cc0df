import Testing

@testable import Leaderboard

@Suite struct ColumnTests {
  @Test(
    arguments: [
      ([2.55, 3.1], 2), ([14.81], 2), ([0.5], 3), ([0.0058, 0.0736], 4),
      ([0.00066], 6), ([], 2), ([0], 2), ([1e-300], 6), ([1e300], 2),
    ] as [([Double], Int)])
  func plainFiguresHaveThreeSignificantDigits(values: [Double], digits: Int) {
    #expect(Column.decimals(for: values, unit: .plain) == digits)
  }

  @Test func percentagesHaveTwoDecimals() {
    #expect(Column.decimals(for: [0.0058], unit: .percent) == 2)
    #expect(Column.decimals(for: [0.58], unit: .fraction) == 2)
  }

  @Test func textIsRoundedAndNeverMinusZero() {
    var column = Column.score
    column.decimals = 2
    #expect(column.text(96.296) == "96.30")
    #expect(column.text(-0.001) == "0.00")
    #expect(column.text(-1.5) == "-1.50")
    #expect(column.text(1e300) == "1.000e+300")
    #expect(column.rounded(96.296) == 96.3)
  }
}
