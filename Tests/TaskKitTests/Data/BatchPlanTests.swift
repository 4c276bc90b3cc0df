import Foundation
import TaskABI
import TaskKit
import Testing

@Suite struct BatchPlanTests {
  private let items = (0..<7).map {
    Item(id: "\($0)", tag: $0 % 2, audio: AudioSource(path: "/\($0)"))
  }
  private let random = RandomStream { ($0 &+ 1) &* 0x9e37_79b9_7f4a_7c15 }

  private func ids(_ plan: BatchPlan) throws -> [[String]] {
    try (0..<plan.batchCount).map { try plan.batch($0).map(\.id) }
  }

  @Test func sequentialKeepsOrderAndLastBatch() throws {
    let plan = try BatchPlan.sequential(items, batchSize: 3)
    #expect(try ids(plan) == [["0", "1", "2"], ["3", "4", "5"], ["6"]])
    #expect(try BatchPlan.sequential([], batchSize: 3).batchCount == 0)
  }

  @Test func shuffledHoldsEachItemOnce() throws {
    let plan = try BatchPlan.shuffled(items, batchSize: 2, random: random)
    #expect(plan.batchCount == 4)
    #expect(try ids(plan).joined().sorted() == items.map(\.id))
    let dropping = try BatchPlan.shuffled(
      items, batchSize: 2, dropsLast: true, random: random)
    #expect(dropping.batchCount == 3)
    #expect(try ids(plan).dropLast() == ids(dropping)[...])
  }

  @Test func sampledDrawsAsManyAsThereAre() throws {
    let plan = try BatchPlan.sampled(
      items, weights: [0, 0, 0, 1, 0, 0, 0], batchSize: 4, random: random)
    #expect(try ids(plan) == [["3", "3", "3", "3"], ["3", "3", "3"]])
  }

  @Test func balancedWeightsGiveEachClassTheSameShare() {
    let weights = BatchPlan.balancedWeights(items)
    let expected: [Double] = items.map { $0.tag == 0 ? 7.0 / 4 : 7.0 / 3 }
    #expect(weights == expected)
  }

  @Test func wrongPlansAreRefused() throws {
    #expect(throws: TaskError.self) {
      try BatchPlan.sequential(items, batchSize: 0)
    }
    #expect(throws: TaskError.self) {
      try BatchPlan(items, order: [7], batchSize: 1)
    }
    #expect(throws: TaskError.self) {
      try BatchPlan.sampled(items, weights: [1], batchSize: 1, random: random)
    }
    let plan = try BatchPlan.sequential(items, batchSize: 3)
    #expect(throws: TaskError.self) { try plan.batch(3) }
    #expect(throws: TaskError.self) { try plan.batch(-1) }
  }
}
