import Diagnostics
import Testing

@Suite struct OneLineTests {
  @Test func controlAndDirectionCharactersAreTaken() {
    #expect("a\nb\r\tc".oneLine == "a b  c")
    #expect("\u{1B}[31mred\u{202E}\u{7}".oneLine == "�[31mred��")
    #expect("naïve 漢字".oneLine == "naïve 漢字")
  }

  @Test func aForeignTextIsShownOnOneShortLine() {
    #expect("weight".shown == "weight")
    #expect("a\u{1b}[2J\nb\0".shown == "a\u{FFFD}[2J b\u{FFFD}")
    let long = "begin" + String(repeating: "é", count: 100_000) + "end"
    #expect(long.shown.count == 79)
    #expect(long.shown.hasPrefix("begin") && long.shown.hasSuffix("end"))
  }

  @Test func anErrorKeepsItsLinesAndLosesItsControls() {
    let error = UserError("a\u{7}\nb", at: "\u{1b}x", fix: "c\r\n")
    #expect("\(error)" == "\u{FFFD}x: a\u{FFFD}\nb (c  )")
  }

  @Test(
    arguments: [
      ("version https://git-lfs.github.com/spec/v1\n", MistakenContent.pointer),
      ("\u{feff} \n<!DOCTYPE HTML PUBLIC>", .webPage), ("<html>", .webPage),
      ("<?xml version", nil), ("", nil), ("PK", nil),
    ] as [(String, MistakenContent?)])
  func downloadsThatWentWrongAreKnown(text: String, kind: MistakenContent?) {
    #expect(MistakenContent(start: text.utf8) == kind)
  }
}
