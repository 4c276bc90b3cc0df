import Testing

@testable import Leaderboard

@Suite struct DisplayWidthTests {
  @Test(
    arguments: [
      ("hubert", 6), ("", 0), ("é", 1), ("e\u{301}", 1), ("漢字", 4),
      ("ｗ", 2), ("한국", 4), ("👍", 2), ("👩‍👩‍👧", 2), ("❤\u{FE0F}", 2), ("–✗↑±", 4),
      ("\u{200B}", 0),
    ])
  func widthIsThatOfATerminal(text: String, width: Int) {
    #expect(displayWidth(text) == width)
  }
}
