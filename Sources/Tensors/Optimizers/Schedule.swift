import Diagnostics
import Foundation

/// A factor on the learning rate as a function of the step, by the names that
/// s3prl's configurations use.
///
/// Steps count from 0: update k, counted from 1, uses `factor(atStep: k - 1)`;
/// so a schedule with a warm-up makes a first update of rate 0.
package struct Schedule: Sendable {
  /// What a configuration may say beside the warm-up.
  package struct Options: Sendable {
    /// Of the cosine schedules; 0.5, with hard restarts 1.
    package var cycles: Double?
    /// Of the polynomial decay: where the rate ends, and its power.
    package var endLearningRate = 1e-7
    package var power = 1.0
    /// The base rate, of which the polynomial decay's end is a fraction.
    package var learningRate = 2e-4

    package init() {}
  }

  package static var names: [String] { shapes.keys.sorted() }

  package let name: String
  package let totalSteps: Int
  package let warmupSteps: Int
  private let options: Options
  private let shape: Shape

  private typealias Shape = @Sendable (Schedule, Int) -> Double

  /// - Throws: `UserError` for an unknown name or a negative warm-up.
  package static func make(
    name: String, totalSteps: Int, warmupSteps: Int, options: Options = .init()
  ) throws -> Schedule {
    guard let shape = shapes[name] else {
      throw UserError(
        "there is no schedule '\(name)'", at: "scheduler.name",
        fix: Suggestion.fix(for: name, among: names))
    }
    guard warmupSteps >= 0 else {
      throw UserError(
        "\(warmupSteps) is no number of steps",
        at: "scheduler.num_warmup_steps")
    }
    return Schedule(
      name: name, totalSteps: totalSteps, warmupSteps: warmupSteps,
      options: options, shape: shape)
  }

  package func factor(atStep step: Int) -> Double {
    step < warmupSteps
      ? Double(step) / Double(max(1, warmupSteps)) : shape(self, step)
  }

  /// The share of the steps after the warm-up that is over.
  private func progress(_ step: Int) -> Double {
    Double(step - warmupSteps) / Double(max(1, totalSteps - warmupSteps))
  }

  /// The factors after the warm-up. Those of sqrt and noam are s3prl's, which
  /// do not continue where the warm-up ends.
  private static let shapes: [String: Shape] = [
    "linear_schedule_with_warmup": { schedule, step in
      max(
        0,
        Double(schedule.totalSteps - step)
          / Double(max(1, schedule.totalSteps - schedule.warmupSteps)))
    },
    "cosine_schedule_with_warmup": { schedule, step in
      let angle =
        2 * .pi * (schedule.options.cycles ?? 0.5) * schedule.progress(step)
      return max(0, 0.5 * (1 + cos(angle)))
    },
    "cosine_with_hard_restarts_schedule_with_warmup": { schedule, step in
      let progress = schedule.progress(step)
      guard progress < 1 else { return 0 }
      let turns = (schedule.options.cycles ?? 1) * progress
      let angle = Double.pi * turns.truncatingRemainder(dividingBy: 1)
      return max(0, 0.5 * (1 + cos(angle)))
    },
    "sqrt_decay_schedule_with_warmup": { schedule, step in
      1 / Double(max(step, schedule.warmupSteps, 1)).squareRoot()
    },
    "constant_decay_schedule_with_warmup": { _, _ in 1 },
    "noam_decay_schedule_with_warmup": { schedule, step in
      let step = Double(max(step, 1))
      let rising = step * pow(Double(schedule.warmupSteps), -1.5)
      return pow(768, -0.5) * min(pow(step, -0.5), rising)
    },
    "polynomial_decay_schedule_with_warmup": { schedule, step in
      let (start, end) = (
        schedule.options.learningRate, schedule.options.endLearningRate
      )
      guard step <= schedule.totalSteps else { return end / start }
      let left = 1 - schedule.progress(step)
      return ((start - end) * pow(left, schedule.options.power) + end) / start
    },
  ]
}
