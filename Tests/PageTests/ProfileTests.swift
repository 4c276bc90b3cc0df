import Records
import Testing

@testable import Page

@Suite struct ProfileTests {
  private func profile(_ layers: Int, upstream: String = "u") -> LayerProfile {
    func figures(_ value: Double) -> LayerProfile.Figures {
      LayerProfile.Figures(
        neighbours: value, fewShot: value, fewShotDeviation: 0.01,
        sameDifferent: nil, retrieval: value, meanNorm: 2)
    }
    return LayerProfile(
      upstream: upstream, upstreamDigest: "d1", task: "ks",
      trainSplit: "train", split: "test", limit: nil, trainUtterances: 10,
      utterances: 4, classes: 12,
      layers: (0..<layers).map { figures(0.1 * Double($0 + 1)) },
      sum: layers > 1 ? figures(0.25) : nil,
      weights: [Double](repeating: 1, count: layers), isLearned: true)
  }

  @Test func aProfileStandsBesideItsCell() throws {
    let runs = try RunsFolder()
    let folder = try runs.add(result("u", "ks", [metric("acc", 0.5)]))
    func page() throws -> String {
      try Page(try runs.board(), runs: runs.path).html()
    }
    #expect(try !page().contains("without training, 12 classes"))
    try profile(3).write(beside: folder)
    let text = try page()
    #expect(text.contains("without training, 12 classes on test"))
    #expect(text.contains("kNN of the weighted sum"))
  }

  @Test func oneLayerIsDrawnAsBars() throws {
    let figure = try #require(ProfileCharts(profile: profile(1)).figure)
    #expect(figure.content.contains("class=\"bar s1\""))
    #expect(!figure.content.contains("same–different"))
  }

  @Test func checkpointsAreACurveOverSteps() {
    let profiles = [
      profile(2, upstream: "./b-20"), profile(3, upstream: "./a"),
    ]
    let text = ProfilePage(profiles, steps: ["./b-20": 20, "./a": 3]).html
    #expect(text.contains("ks, the best layer of each"))
    #expect(text.contains("kNN: 30 at 3"))
    #expect(text.contains("kNN: 20 at 20"))
    #expect(text.contains("default-src 'none'"))
    #expect(text.contains("<title>superb probe</title>"))
  }
}
