import Testing

@testable import Leaderboard

@Suite struct OneLineTests {
  @Test func shorteningKeepsBothEnds() {
    #expect("hubert".shortened(to: 6) == "hubert")
    #expect("hubert_base_ls960".shortened(to: 8) == "hube…960")
    #expect("漢字漢字漢字".shortened(to: 6) == "漢…字")
    #expect(displayWidth("漢字漢字漢字".shortened(to: 6)) == 5)
  }

  @Test func wrappingBreaksBetweenWords() {
    #expect(
      "one two three four".wrapped(to: 9, indent: 2)
        == ["one two", "  three", "  four"])
    #expect("unbreakable".wrapped(to: 4) == ["unbreakable"])
    #expect("one two".wrapped(to: nil) == ["one two"])
    #expect("".wrapped(to: 4) == [""])
  }
}
