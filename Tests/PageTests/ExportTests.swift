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

  /// The keys that the schema of Every Eval Ever 0.3.0 asks for, and no other
  /// at the top, where it allows none.
  @Test func aRecordOfEveryEvalHasWhatItsSchemaAsksFor() throws {
    let (runs, exported) = try exported()
    defer { withExtendedLifetime(runs) {} }
    let text = try exported.everyEvaluation(of: "a_b")
    let record = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8))
        as? [String: Any])
    #expect(
      record.keys.sorted() == [
        "eval_library", "evaluation_id", "evaluation_results",
        "evaluation_timestamp", "model_info", "retrieved_timestamp",
        "schema_version", "source_metadata",
      ])
    let source = record["source_metadata"] as? [String: Any]
    #expect(source?["source_type"] as? String == "evaluation_run")
    #expect(source?["evaluator_relationship"] as? String == "other")
    #expect(source?["source_organization_name"] is String)
    let model = record["model_info"] as? [String: Any]
    #expect(model?["name"] as? String == "a_b")
    #expect(model?["id"] as? String == "a_b")
    let results = try #require(
      record["evaluation_results"] as? [[String: Any]])
    #expect(results.count == 1)
    let data = results[0]["source_data"] as? [String: Any]
    #expect(data?["source_type"] as? String == "other")
    let metric = results[0]["metric_config"] as? [String: Any]
    #expect(metric?["lower_is_better"] as? Bool == false)
    #expect(metric?["max_score"] as? Double == 1)
    let score = results[0]["score_details"] as? [String: Any]
    #expect(score?["score"] as? Double == 0.9)
    let spread = score?["uncertainty"] as? [String: Any]
    let interval = spread?["confidence_interval"] as? [String: Any]
    #expect((interval?["lower"] as? Double ?? 1) < 0.9)
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
