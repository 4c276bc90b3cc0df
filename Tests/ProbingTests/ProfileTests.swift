import Foundation
import Records
import Testing

@testable import Probing

@Suite struct ProfileTests {
  private static func figures(_ value: Double?) -> LayerProfile.Figures {
    LayerProfile.Figures(
      neighbours: value, fewShot: value, fewShotDeviation: nil,
      sameDifferent: value, retrieval: value, meanNorm: 2)
  }

  private static func profile(_ values: [Double?]) -> LayerProfile {
    LayerProfile(
      upstream: "u", upstreamDigest: "d", task: "t", trainSplit: "train",
      split: "test", limit: nil, trainUtterances: 10, utterances: 4,
      classes: 2, layers: values.map(figures), sum: figures(0.5),
      weights: [0.5, 0.5], isLearned: false)
  }

  @Test func checkpointsAreInTheOrderOfTheirSteps() {
    let series = CheckpointSeries(
      paths: ["a/ckpt-10.pt", "a/ckpt-100.pt", "./a/ckpt-9.pt"])
    #expect(series.checkpoints.map(\.step) == [9, 10, 100])
    #expect(
      series.checkpoints.map(\.upstream) == [
        "./a/ckpt-9.pt", "./a/ckpt-10.pt", "./a/ckpt-100.pt",
      ])
    let plain = CheckpointSeries(paths: ["/x/first", "/x/last"])
    #expect(plain.checkpoints.map(\.step) == [0, 1])
  }

  @Test func aPatternWithoutFilesIsRefused() {
    #expect(throws: (any Error).self) {
      try CheckpointSeries("/nowhere/at/all-*.pt")
    }
  }

  @Test func foldsAreAveraged() throws {
    let mean = try #require(
      LayerProfile(
        meanOf: [Self.profile([0.2, 0.4]), Self.profile([0.4, 0.8])]))
    #expect(abs((mean.layers[1].neighbours ?? 0) - 0.6) < 1e-12)
    #expect(mean.utterances == 8)
    #expect(mean.best == 1)
    #expect(LayerProfile(meanOf: []) == nil)
    let part = LayerProfile(
      meanOf: [Self.profile([0.2]), Self.profile([nil])])
    #expect(part?.layers[0].neighbours == nil)
  }

  @Test func aProfileIsKeptForItsUpstreamAlone() throws {
    let root = NSTemporaryDirectory() + "superb-profile-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    let folder = root + "/t/0123456789ab"
    let profile = Self.profile([0.2, 0.4])
    try profile.write(beside: folder)
    var result = ExperimentResult(
      status: .done,
      upstream: .init(
        name: "u", digest: "d", layers: 2, dimension: 4, samplesPerFrame: 160),
      task: .init(id: "t", title: "T", version: 1), metrics: [],
      signature: "0123456789ab", seed: 1, config: .map([:]), versions: [:],
      cost: .init(
        wallSeconds: 1, cpuSeconds: 1, peakMemoryBytes: 1, upstreamPasses: 0,
        trainingSteps: 1), finishedAt: "2025-03-01T12:00:00Z")
    #expect(LayerProfile.read(beside: folder, of: result) == profile)
    result.upstream.digest = "another"
    #expect(LayerProfile.read(beside: folder, of: result) == nil)
  }
}
