import Diagnostics
import Foundation
import Records
import TestSupport
import Testing

@testable import Evidence

@Suite struct GroupFigureTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var records = SplitRecords()
    for (id, predicted) in [
      ("Ses01F_a", "sad"), ("Ses01M_a", "glad"), ("Ses02F_a", "glad"),
      ("Ses02M_a", "sad"),
    ] {
      var prediction = SplitRecords.Prediction(
        id: id + "_" + String(id.dropFirst(5).prefix(1)) + "000",
        predicted: predicted, truth: "sad")
      prediction.attributes = ["room": id.hasPrefix("Ses01") ? "A" : "B"]
      records.predictions.append(prediction)
    }
    try records.write(to: folder.path, split: "test")
  }

  private func figures(
    by attribute: String, _ table: AttributeTable? = nil
  ) throws -> [String: Double] {
    let metric = ExperimentResult.Metric(
      name: "acc", title: "accuracy", split: "test", value: 0.5,
      unit: .fraction, higherIsBetter: true, isPrimary: true)
    let answers = try #require(
      ScoredAnswers(metric, of: KeptPredictions(folder: folder.path)))
    let found = try #require(answers.figures(by: attribute, table))
    #expect(found.reduce(0) { $0 + $1.count } == 4)
    return Dictionary(uniqueKeysWithValues: found.map { ($0.group, $0.value) })
  }

  @Test func groupsAreWhatIdsAttributesAndTablesSay() throws {
    #expect(try figures(by: "room") == ["A": 0.5, "B": 0.5])
    #expect(try figures(by: "gender") == ["F": 0.5, "M": 0.5])
    #expect(
      try figures(by: "speaker")
        == ["Ses01F": 1, "Ses01M": 0, "Ses02F": 0, "Ses02M": 1])
    #expect(try figures(by: "age") == ["": 0.5])
    let path = folder.path + "/speakers.txt"
    try Data(
      """
      ; a remark
      ;ID |SEX |AGE
      Ses01F | F | old
      Ses02M | M | old
      Ses01M | M | young
      """.utf8
    ).write(to: URL(fileURLWithPath: path))
    let table = try AttributeTable(path: path)
    #expect(table.columns == ["gender", "age"])
    #expect(
      try figures(by: "age", table) == ["old": 1, "young": 0, "": 0])
  }

  @Test func tableOfOneColumnIsTheUsersMistake() throws {
    let path = folder.path + "/none.csv"
    try Data("id\na\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: UserError.self) { try AttributeTable(path: path) }
    #expect(throws: UserError.self) {
      try AttributeTable(path: folder.path + "/nowhere")
    }
  }
}
