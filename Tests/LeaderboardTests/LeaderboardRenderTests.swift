import Testing

@testable import Leaderboard

@Suite struct LeaderboardRenderTests {
  @Test(arguments: Leaderboard.Format.allCases)
  func theSameResultsGiveTheSameText(format: Leaderboard.Format) throws {
    let text = try board(smallBoard()).render(format, ansi: true, width: 60)
    for _ in 0..<8 {
      let again = try board(smallBoard().shuffled())
        .render(format, ansi: true, width: 60)
      #expect(again == text)
    }
    #expect(text.utf8.last == 0x0A)
  }

  @Test func formatsHaveTheNamesOfTheCommandLine() {
    #expect(
      Leaderboard.Format.allCases.map(\.rawValue) == [
        "table", "markdown", "csv", "json", "latex",
      ])
  }
}
