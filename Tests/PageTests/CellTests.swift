import Foundation
import Records
import Testing
import Weights

@testable import Page

@Suite struct CellTests {
  @Test func layerWeightsAreTheSoftmaxOfTheChosenCheckpoint() throws {
    let runs = try RunsFolder()
    var made = result("u", "ks", [metric("acc", 0.5)])
    made.bestStep = 20
    let folder = try runs.add(made)
    let trained: [(Int, [Float])] = [
      (20, [0, Float(log(3.0))]), (40, [5, 0]),
    ]
    for (step, logits) in trained {
      var file = SafeTensorsWriter(metadata: ["step": String(step)])
      try file.add("featurizer.weights", shape: [2], floats: logits)
      try file.write(to: "\(folder)/states-\(step).ckpt")
    }
    let weights = try #require(LayerWeights(of: made, in: folder))
    #expect(weights.step == 20)
    #expect(abs(weights.shares[1] - 0.75) < 1e-6)
    #expect(abs(weights.centre - 0.75) < 1e-6)
  }

  @Test func classesHaveRecallPrecisionAndWhatTheyAreTakenFor() throws {
    let texts = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("b", "b")]
    let confusions = try #require(
      Confusions(
        texts.enumerated().map {
          .init(
            id: String($0.offset), predicted: $0.element.1,
            truth: $0.element.0)
        }))
    let worst = try #require(confusions.perClass.first)
    #expect(worst.name == "a")
    #expect(worst.recall == 0.5)
    #expect(worst.precision == 1)
    #expect(worst.confused?.0 == "b")
    #expect(confusions.perClass[1].precision == 0.75)
  }

  @Test func everyTruthOnItsOwnIsNoClass() {
    #expect(
      Confusions([
        .init(id: "1", predicted: "a b", truth: "a c"),
        .init(id: "2", predicted: "d", truth: "e"),
      ]) == nil)
  }

  @Test func ticksAreRound() {
    let axis = Axis(holding: [0.31, 0.87], from: 0, to: 100)
    #expect(axis.ticks.first?.text == "0.2")
    #expect(axis.ticks.last?.text == "1")
    #expect(axis.place(axis.low) == 0)
    let flat = Axis(holding: [3, 3], from: 0, to: 1)
    #expect(flat.low < 3)
    #expect(flat.high > 3)
  }

  @Test func recordingsAreFoundByIdsOfTheirPath() throws {
    let runs = try RunsFolder()
    let folder = runs.path + "/wav/id1/rec"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    try Data("abc".utf8).write(to: URL(fileURLWithPath: folder + "/0001.wav"))
    let files = AudioFiles(folders: [runs.path])
    #expect(files.dataURL(of: "id1-rec-0001") == "data:audio/wav;base64,YWJj")
    #expect(files.dataURL(of: "rec-0001.wav") != nil)
    #expect(files.dataURL(of: "other") == nil)
  }
}
