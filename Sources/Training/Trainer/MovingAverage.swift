import Foundation
import Records
import Tensors

/// The moving average of what is trained: the weights of each update count
/// `decay` times those of the next, and all together 1, also when there were
/// few.
final class MovingAverage {
  private let setting: WeightAverage
  /// By parameter; empty before the first update.
  private(set) var values: [String: [Float]] = [:]
  /// How many weights are in it.
  private(set) var updates = 0

  init(_ setting: WeightAverage) {
    self.setting = setting
  }

  /// Takes the weights in that update `step` has made.
  func take(_ parameters: [Parameter], step: Int) {
    guard step % setting.every == 0 else { return }
    updates += 1
    let share = Float(
      (1 - setting.decay) / (1 - pow(setting.decay, Double(updates))))
    for parameter in parameters where !parameter.isBuffer {
      let now = parameter.values
      guard values[parameter.name]?.count == now.count else {
        values[parameter.name] = Array(now)
        continue
      }
      values[parameter.name]?.withUnsafeMutableBufferPointer { mean in
        for (index, value) in now.enumerated() {
          mean[index] += share * (value - mean[index])
        }
      }
    }
  }

  /// Goes on from what a checkpoint has kept.
  func restore(_ values: [String: [Float]], updates: Int) {
    (self.values, self.updates) = (values, updates)
  }
}
