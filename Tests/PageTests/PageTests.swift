import Foundation
import Records
import Testing

@testable import Leaderboard
@testable import Page

@Suite struct PageTests {
  private func page(_ runs: RunsFolder) throws -> String {
    try Page(try runs.board(), runs: runs.path).html()
  }

  private func small() throws -> RunsFolder {
    let runs = try RunsFolder()
    try runs.add(
      result("good", "ks", [metric("acc", 0.9, title: "accuracy")]),
      answers: answers(right: 36))
    try runs.add(
      result("bad", "ks", [metric("acc", 0.25, title: "accuracy")]),
      answers: answers(right: 10))
    try runs.add(
      result(
        "bad", "sd", [],
        failure: .init(kind: .hung, reason: "no progress")))
    return runs
  }

  @Test func figuresHaveIntervalsAndAreComparedWithTheBest() throws {
    let text = try page(try small())
    #expect(text.contains("drawn over 40 utterances"))
    #expect(text.contains("behind good (p"))
    #expect(text.contains("✗1 hung: no progress (bad: sd)"))
    #expect(text.contains("yes taken for no"))
    #expect(text.contains("the figure can be made again"))
  }

  @Test func intervalsAreDrawnOnceAndKept() throws {
    let runs = try small()
    let first = try page(runs)
    let kept = runs.path + "/good/ks/0123456789ab/evidence.json"
    #expect(FileManager.default.fileExists(atPath: kept))
    #expect(try page(runs) == first)
  }

  @Test func answersThatDoNotGiveTheFigureAreNotBelieved() throws {
    let runs = try RunsFolder()
    try runs.add(
      result("u", "ks", [metric("acc", 0.5)]), answers: answers(right: 36))
    let text = try page(runs)
    #expect(text.contains("no answers are kept that the figure could"))
    #expect(!text.contains("95 % interval 8"))
  }

  @Test func nothingIsFetched() throws {
    let text = try page(try small())
    for word in ["http://", "https://", " src=", "@import", "url(", "<link"] {
      #expect(!text.contains(word), "\(word)")
    }
    #expect(text.contains("default-src 'none'"))
  }

  @Test func everyLinkHasItsTarget() throws {
    let text = try page(try small())
    let links = text.components(separatedBy: "href=\"#").dropFirst()
      .compactMap { $0.split(separator: "\"").first.map(String.init) }
    #expect(links.count == 3)
    for link in links { #expect(text.contains("id=\"\(link)\">")) }
  }

  @Test func namesCannotBecomeMarkup() throws {
    let evil = "<img src=x onerror='alert(1)'>\"&</script>\u{202E}"
    var hostile = result(evil, evil, [metric(evil, 0.5, split: evil)])
    hostile.task.title = evil
    hostile.warnings = [evil]
    hostile.versions = [evil: evil]
    hostile.config = .map([evil: .string(evil)])
    hostile.folds = [.init(name: evil, metrics: hostile.metrics, bestStep: 1)]
    hostile.upstream.digest = evil
    hostile.dataDigest = evil
    hostile.worstCases = nil
    let failed = result(
      "b", evil, [], failure: .init(kind: .user, reason: evil))
    let text = try Page(
      Leaderboard(
        [("a/result.json", hostile), ("b/result.json", failed)],
        notes: [.init(file: evil, reason: evil)]), runs: "/nowhere"
    ).html()
    #expect(text.contains("&lt;img src=x onerror=&#39;alert(1)&#39;&gt;"))
    #expect(!text.contains("<img"))
    #expect(!text.contains("\"&</"))
    #expect(!text.contains("\u{202E}"))
    #expect(text.components(separatedBy: "</script>").count == 2)
  }

  @Test func publishedFiguresHaveSourcesAndAreHiddenAtFirst() throws {
    let shipped = PublishedFigures.shipped
    #expect(shipped.rows.count > 20)
    let hubert = shipped.rows.first { $0.upstream == "HuBERT Base" }?.figures
    #expect(hubert?["ks acc"]?.value == 96.30)
    for row in shipped.rows {
      for figure in row.figures.values { #expect(!figure.source.isEmpty) }
    }
    let text = try page(try small())
    #expect(text.contains("<tbody class=\"published\" hidden>"))
  }

  @Test func anEmptyFolderSaysWhatToDo() throws {
    #expect(try page(try RunsFolder()).contains("No results yet"))
  }
}
