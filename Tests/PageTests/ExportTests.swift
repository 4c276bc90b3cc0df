import Foundation
import Records
import Testing

@testable import Leaderboard
@testable import Page

@Suite struct ExportTests {
  private func exported() throws -> (RunsFolder, Exported) {
    let runs = try RunsFolder()
    let good = try runs.add(
      result("a_b", "ks", [metric("acc", 0.9, title: "accuracy")]),
      answers: answers(right: 36))
    try runs.add(
      result("c", "ks", [metric("acc", 0.875, title: "accuracy")]),
      answers: answers(right: 35))
    try "yes\n".write(
      toFile: good + "/test_predict.txt", atomically: true, encoding: .utf8)
    return (runs, Exported(try runs.board(), runs: runs.path))
  }

  @Test func hubFilesHoldOneUpstream() throws {
    let (runs, exported) = try exported()
    defer { withExtendedLifetime(runs) {} }
    #expect(
      exported.evaluationResults(of: "a_b") == """
        - dataset:
            id: "s3prl/superb"
            task_id: "ks"
          value: 90
          date: "2025-03-01"
          notes: "accuracy in % on test, higher is better; frozen upstream; \
        seed 7; signature 0123456789ab"

        """)
    let card = exported.modelIndex(of: "c")
    #expect(
      card.hasPrefix("model-index:\n- name: \"c\"\n  results:\n  - task:"))
    #expect(card.contains("value: 87.5"))
    #expect(exported.modelIndex(of: "none").hasSuffix("results: []\n"))
  }

  @Test func tablesHaveIntervalsAndBoldWhatIsLevel() throws {
    let (runs, exported) = try exported()
    defer { withExtendedLifetime(runs) {} }
    let lines = exported.tidy().components(separatedBy: "\r\n")
    #expect(lines.count == 4)
    let fields = lines[1].split(
      separator: ",", omittingEmptySubsequences: false)
    #expect(fields.count == 20)
    #expect(fields[8] == "utterances")
    #expect((Double(fields[6]) ?? 0) > 0.6)
    let table = exported.significanceTable()
    #expect(table.contains("a\\_b & \\textbf{90.00}{\\scriptsize\\,$\\pm$\\,"))
    #expect(table.contains("c & \\textbf{87.50}"))
  }

  @Test func theArchiveHoldsWhatThereIs() throws {
    let (runs, exported) = try exported()
    defer { withExtendedLifetime(runs) {} }
    let made = Submission(exported, upstream: "a_b")
    #expect(made.files == ["predict/ks_public/test_predict.txt"])
    #expect(made.missing.contains("pr: no result of pr"))
    #expect(made.bytes.prefix(4) == Data([0x50, 0x4B, 3, 4]))
    #expect(made.bytes.range(of: Data("yes\n".utf8)) != nil)
  }

  /// The check value of CRC-32.
  @Test func checksumIsTheStandards() {
    #expect(StoredArchive.checksum(Data("123456789".utf8)) == 0xCBF4_3926)
  }
}
