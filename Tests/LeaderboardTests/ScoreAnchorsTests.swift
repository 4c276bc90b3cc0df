import Foundation
import Testing

@testable import Leaderboard

/// Columns of the SUPERB anchors: task, metric, FBANK, best before WavLM.
private let superbColumns: [(String, String, Double, Double)] = [
  ("pr", "per", 82.01, 3.53), ("ks", "acc", 41.38, 96.66),
  ("ic", "acc", 9.65, 98.76), ("sid", "acc", 20.06, 90.33),
  ("er", "acc", 48.24, 67.62), ("asr", "wer", 23.18, 3.62),
  ("qbe", "mtwv", 0.0058, 0.0736), ("sf", "f1", 69.64, 89.81),
  ("sf", "cer", 52.94, 21.76), ("asv", "eer", 9.56, 5.11),
  ("sd", "der_lowest", 10.05, 5.62),
]

private let superb: ScoreAnchors = {
  var tasks: [String: [String: ScoreAnchors.Anchor]] = [:]
  for (task, metric, fbank, sota) in superbColumns {
    tasks[task, default: [:]][metric] = .init(fbank: fbank, sota: sota)
  }
  return ScoreAnchors(tasks: tasks)
}()

private func superbScore(_ figures: [Double]) -> Double? {
  superb.score { task, metric in
    superbColumns.firstIndex { $0.0 == task && $0.1 == metric }
      .map { figures[$0] }
  }
}

@Suite struct ScoreAnchorsTests {
  @Test func filterbanksScore0AndTheFrozenBest1000() throws {
    #expect(superbScore(superbColumns.map(\.2)) == 0)
    let best = try #require(superbScore(superbColumns.map(\.3)))
    #expect(abs(best - 1000) < 1e-9)
  }

  @Test(
    arguments: [
      (
        717.3,
        [
          16.27, 95.98, 94.99, 73.54, 63.02, 13.37, 0.0511, 82.57, 35.59, 8.55,
          6.19,
        ]
      ),
      (
        818.1,
        [
          5.74, 96.23, 92.35, 75.18, 63.43, 6.43, 0.0233, 88.30, 24.77, 6.02,
          6.08,
        ]
      ),
      (
        913.5,
        [
          4.75, 96.66, 95.28, 86.14, 65.64, 3.75, 0.0489, 87.11, 27.31, 5.65,
          5.62,
        ]
      ),
      (
        918.5,
        [
          3.53, 95.29, 98.76, 90.33, 67.62, 3.62, 0.0353, 89.81, 21.76, 5.98,
          5.75,
        ]
      ),
      (
        941.0,
        [
          5.41, 96.30, 98.34, 81.42, 64.92, 6.42, 0.0736, 88.53, 25.20, 5.11,
          5.88,
        ]
      ),
      (
        1018.8,
        [
          4.84, 96.79, 98.63, 84.51, 65.94, 6.21, 0.0870, 89.38, 22.86, 4.69,
          4.55,
        ]
      ),
      (
        1106.2,
        [
          3.92, 97.37, 99.00, 89.42, 68.65, 5.59, 0.0988, 90.58, 21.20, 4.07,
          3.50,
        ]
      ),
      (
        1144.5,
        [
          3.06, 97.86, 99.31, 95.49, 70.62, 3.44, 0.0886, 92.21, 18.36, 3.77,
          3.24,
        ]
      ),
    ])
  func publishedRowsScoreAsPublished(score: Double, figures: [Double]) throws {
    let value = try #require(superbScore(figures))
    #expect(abs(value - score) < 0.051)
  }

  @Test func thereIsNoScoreOverFewerTasks() {
    let some = superb.score { task, _ in task == "sd" ? nil : 1 }
    #expect(some == nil)
    #expect(ScoreAnchors(tasks: [:]).score { _, _ in 1 } == nil)
    #expect(ScoreAnchors(tasks: ["t": [:]]).score { _, _ in 1 } == nil)
  }

  @Test func equalAnchorsGiveNoScore() {
    let anchors = ScoreAnchors(
      tasks: ["t": ["m": .init(fbank: 1, sota: 1)]])
    #expect(anchors.score { _, _ in 1 } == nil)
    #expect(anchors.score { _, _ in 2 } == nil)
  }

  @Test func metricsOfOneTaskShareItsWeight() {
    let anchors = ScoreAnchors(
      tasks: [
        "a": ["x": .init(fbank: 0, sota: 1), "y": .init(fbank: 1, sota: 0)],
        "b": ["x": .init(fbank: 0, sota: 10)],
      ])
    let score = anchors.score { task, metric in
      task == "b" ? 5 : metric == "x" ? 1 : 1
    }
    #expect(score == 1000 * (0.5 + 0.5) / 2)
  }

  @Test func anchorsAreReadFromData() throws {
    let data = Data(
      #"{"tasks": {"ks": {"acc": {"fbank": 41.38, "sota": 96.66}}}}"#.utf8)
    let anchors = try JSONDecoder().decode(ScoreAnchors.self, from: data)
    #expect(
      anchors.tasks == ["ks": ["acc": .init(fbank: 41.38, sota: 96.66)]])
  }
}
