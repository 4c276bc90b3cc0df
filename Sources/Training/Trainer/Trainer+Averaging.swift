import Records
import Tensors

extension Trainer {
  /// Evaluates the moving average on the splits that the weights themselves
  /// were evaluated on: its figures are curves of their own, named
  /// `<split>-ema`, and decide nothing.
  func evaluateAverage(on splits: [String]) throws {
    guard average?.updates ?? 0 > 0 else { return }
    try withAverage {
      for split in splits {
        try folder.recordFigures(
          of: try records(of: split), as: split + "-ema", step: step)
      }
    }
  }

  /// Runs `body` with the average in place of the weights. What evaluations
  /// find in it, and what the task remembers of them, is forgotten.
  private func withAverage(_ body: () throws -> Void) throws {
    let weights = parameters.map { Array($0.values) }
    let memory = try expert.remembered()
    let outcome = Result {
      try loadAverage()
      try body()
    }
    for (parameter, values) in zip(parameters, weights) {
      try parameter.assign(values)
    }
    if let memory { try expert.remember(memory) }
    try outcome.get()
  }

  /// Gives the model the average of its weights; what is no weight stays.
  func loadAverage() throws {
    for parameter in parameters {
      if let mean = average?.values[parameter.name] {
        try parameter.assign(mean)
      }
    }
  }

  /// Gives the model the average of its weights for good. What evaluations
  /// have found is found anew by the split that chooses.
  func useAverage() throws {
    try loadAverage()
    try forgetFindings()
    if let split = best?.split { _ = try records(of: split) }
  }
}
