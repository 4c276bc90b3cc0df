import Foundation
import Testing

@testable import TaskKit

@Suite struct ROCCurveTests {
  private struct Detector: Decodable {
    var scores: [Double]
    var labels: [Int]
    var falsePositiveRates, truePositiveRates, thresholds: [Double]
    var eer, minDCF: Double
  }

  private func curve(
    _ scores: [Double], _ labels: [Int]
  ) throws -> ROCCurve {
    try ROCCurve(scores: scores, isTarget: labels.map { $0 == 1 })
  }

  @Test func curvesAreScikitLearnsAndRatesAreBrents() throws {
    let cases: [Detector] = try metricFixture("detectors")
    #expect(cases.count > 15)
    for sample in cases {
      let curve = try curve(sample.scores, sample.labels)
      #expect(Array(curve.thresholds.dropFirst()) == sample.thresholds)
      #expect(curve.thresholds.first == .infinity)
      #expect(curve.falsePositiveRates == sample.falsePositiveRates)
      #expect(curve.truePositiveRates == sample.truePositiveRates)
      #expect(abs(curve.equalError.rate - sample.eer) < 1e-9)
      #expect(
        abs(try curve.minimumDetectionCost() - sample.minDCF) < 1e-12)
    }
  }

  @Test func theExtremesAreExact() throws {
    let perfect = try curve([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0])
    #expect(perfect.equalError.rate == 0)
    #expect(try perfect.minimumDetectionCost() == 0)
    let inverted = try curve([0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1])
    #expect(inverted.equalError.rate == 1)
    #expect(try inverted.minimumDetectionCost() == 1)
    let constant = try curve([3, 3, 3], [1, 0, 0])
    #expect(constant.equalError.rate == 0.5)
    #expect(constant.equalError.threshold == 3)
  }

  @Test func risingMapsAndTheOrderOfTrialsChangeNothing() throws {
    var numbers = SeededNumbers(5)
    for _ in 0..<50 {
      let size = Int.random(in: 2...200, using: &numbers)
      let labels =
        [1, 0]
        + (0..<size).map { _ in
          Int.random(in: 0...1, using: &numbers)
        }
      let scores = labels.map {
        (Double($0) + Double.random(in: -2...2, using: &numbers)).rounded(
          toMultipleOf: 0.125)
      }
      let rate = try curve(scores, labels).equalError.rate
      #expect(
        try curve(scores.map { exp($0) * 3 - 1 }, labels).equalError.rate
          == rate)
      let order = scores.indices.shuffled(using: &numbers)
      let shuffled = try curve(
        order.map { scores[$0] }, order.map { labels[$0] })
      #expect(shuffled.equalError.rate == rate)
      #expect(rate >= 0 && rate <= 1)
    }
  }

  @Test func scoresWithoutAnAnswerAreRefused() {
    for (scores, labels) in [
      ([1.0, .nan], [1, 0]), ([1, .infinity], [1, 0]), ([1, 2], [1, 1]),
      ([1, 2], [0, 0]), ([], []), ([1], [1, 0]),
    ] {
      #expect(throws: MetricError.self) { try curve(scores, labels) }
    }
    #expect(throws: MetricError.self) {
      try curve([1, 0], [1, 0]).minimumDetectionCost(prior: 1)
    }
    #expect(throws: MetricError.self) {
      try curve([1, 0], [1, 0]).minimumDetectionCost(missCost: 0)
    }
  }
}

extension Double {
  fileprivate func rounded(toMultipleOf step: Double) -> Double {
    (self / step).rounded() * step
  }
}
