import Testing

@testable import Leaderboard

@Suite struct TableTests {
  @Test func theTableIsAligned() throws {
    #expect(
      try board(smallBoard()).render(.table)
        == #"""
        Leaderboard

                      asr            ks           sf       sf
        upstream  WER % ↓  accuracy % ↑  slot F1 % ↑  CER % ↓
        ────────  ───────  ────────────  ───────────  ───────
        fbank       23.18         41.38            –        –
        hubert       6.42            ✗1        88.53    25.20

        ✗1 crashed: the task's process died of signal 11 (hubert: ks)

        Not ranked: profile smoke, at most 8 utterances per split

                            ks
        upstream  accuracy % ↑
        ────────  ────────────
        hubert           50.00

        """#)
  }

  @Test func oneFigureATaskIsEnoughForAScreen() throws {
    #expect(
      try board(smallBoard()).render(.table, metrics: .primary)
        == #"""
        Leaderboard

                      asr            ks           sf
        upstream  WER % ↓  accuracy % ↑  slot F1 % ↑
        ────────  ───────  ────────────  ───────────
        fbank       23.18         41.38            –
        hubert       6.42            ✗1        88.53

        ✗1 crashed: the task's process died of signal 11 (hubert: ks)
        One figure a task; 1 more with 'superb report --metrics all'.

        Not ranked: profile smoke, at most 8 utterances per split

                            ks
        upstream  accuracy % ↑
        ────────  ────────────
        hubert           50.00

        """#)
  }

  @Test func bestFiguresAreBoldOnATerminal() throws {
    let results = [
      result("a", "ks", [metric("acc", 0.9)]),
      result("bb", "ks", [metric("acc", 0.05)]),
    ]
    let text = try board(results).render(.table, ansi: true)
    #expect(text.contains("\na           \u{1B}[1m90.00\u{1B}[0m\n"))
    #expect(text.contains("\nbb           5.00\n"))
    #expect(try !board(results).render(.table).contains("\u{1B}"))
  }

  @Test func wideNamesKeepTheColumnsInLine() throws {
    let text = try board([
      result("漢字漢字漢字", "ks", [metric("acc", 0.9)]),
      result("e\u{301}", "ks", [metric("acc", 0.8)]),
    ]).render(.table)
    let lines = text.split(separator: "\n").filter { $0.contains(".00") }
    #expect(lines.map { displayWidth($0) } == [21, 21])
  }

  @Test(arguments: [40, 60, 80])
  func wideTablesAreCutToTheWidth(width: Int) throws {
    let reason = String(repeating: "very long ", count: 20) + "reason"
    var results = (1...14).flatMap { task in
      ["fbank", String(repeating: "hubert_large_", count: 9)].map {
        result($0, "task\(task)", [metric("acc", Double(task) / 20)])
      }
    }
    results.append(
      result(
        "wav", "task1", [], failure: .init(kind: .bug, reason: reason)))
    let text = try board(results)
      .render(.table, ansi: false, width: width)
    for line in text.split(separator: "\n") {
      #expect(displayWidth(line) <= width, "\(line)")
    }
    for task in 1...14 { #expect(text.contains(" task\(task)")) }
    let names = text.split(separator: "\n").count { $0.hasPrefix("upstream") }
    #expect(names >= 14 * 9 / width)
    #expect(text.contains("hubert_"))
  }

  @Test func namesCannotSteerTheTerminal() throws {
    let text = try board([
      result("a\u{1B}[2J\nb", "k\u{202E}s", [metric("acc", 0.9)])
    ]).render(.table)
    #expect(!text.contains("\u{1B}"))
    #expect(!text.contains("\u{202E}"))
    #expect(text.contains("a�[2J b"))
  }

  @Test func unreadFilesAreNamed() throws {
    let text = try Leaderboard(
      [], notes: [.init(file: "a/result.json", reason: "broken")]
    ).render(.table)
    #expect(text.hasSuffix("\n\nNot read: a/result.json: broken\n"))
  }
}
