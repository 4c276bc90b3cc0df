import Diagnostics
import Foundation
import Testing

@testable import Tensors

@Suite struct ScheduleTests {
  func factors(
    _ name: String, _ steps: [Int], warmup: Int = 10, cycles: Double? = nil
  ) throws -> [Double] {
    var options = Schedule.Options()
    options.cycles = cycles
    options.learningRate = 1e-3
    let schedule = try Schedule.make(
      name: name, totalSteps: 110, warmupSteps: warmup, options: options)
    return steps.map { schedule.factor(atStep: $0) }
  }

  func near(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  @Test func allWarmUpLinearlyFromZero() throws {
    for name in Schedule.names {
      #expect(near(try factors(name, [0, 5, 9]), [0, 0.5, 0.9]), "\(name)")
    }
    #expect(Schedule.names.count == 7)
  }

  @Test func factorsAfterTheWarmUpAreTheProtocols() throws {
    let steps = [10, 35, 60, 110, 200]
    #expect(
      near(
        try factors("linear_schedule_with_warmup", steps),
        [1, 0.75, 0.5, 0, 0]))
    #expect(
      near(
        try factors("cosine_schedule_with_warmup", [10, 35, 60, 110]),
        [1, 0.5 + 2.0.squareRoot() / 4, 0.5, 0]))
    #expect(
      near(
        try factors(
          "cosine_with_hard_restarts_schedule_with_warmup",
          [10, 35, 60, 85, 110, 200], cycles: 2),
        [1, 0.5, 1, 0.5, 0, 0]))
    #expect(
      near(
        try factors("sqrt_decay_schedule_with_warmup", [10, 100]),
        [1 / 10.0.squareRoot(), 0.1]))
    #expect(
      near(
        try factors("constant_decay_schedule_with_warmup", steps),
        [1, 1, 1, 1, 1]))
    #expect(
      near(
        try factors("noam_decay_schedule_with_warmup", [10, 100]),
        [1 / 7680.0.squareRoot(), 1 / 76800.0.squareRoot()]))
    #expect(
      near(
        try factors(
          "polynomial_decay_schedule_with_warmup", [10, 60, 110, 111]),
        [1, 0.50005, 1e-4, 1e-4]))
  }

  @Test func withoutWarmUpTheFirstFactorIsFinite() throws {
    for name in Schedule.names {
      let factor = try factors(name, [0], warmup: 0)[0]
      #expect(factor.isFinite && factor > 0, "\(name)")
    }
  }

  @Test func unknownNamesGetASuggestion() {
    #expect {
      try Schedule.make(
        name: "linear_schedule", totalSteps: 1, warmupSteps: 1)
    } throws: {
      $0 is UserError && "\($0)".contains("scheduler.name")
    }
    #expect(throws: UserError.self) {
      try Schedule.make(
        name: "linear_schedule_with_warmup", totalSteps: 1, warmupSteps: -1)
    }
  }
}
