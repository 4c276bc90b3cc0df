import Records
import Tensors

/// What a task knows of evaluations before there was one: its findings, which
/// are true of the evaluations alone that they were made by, and what it
/// remembers besides.
struct FirstFindings {
  private let values: [String: [Float]]
  private let memory: [UInt8]?

  /// - Parameters:
  ///   - parameters: as they were made.
  ///   - memory: of the task, as it was made; nil if it has none.
  init(_ parameters: [Parameter], memory: [UInt8]?) {
    values = Dictionary(
      parameters.filter(\.isFinding).map { ($0.name, Array($0.values)) },
      uniquingKeysWith: { $1 })
    self.memory = memory
  }

  /// Gives the task's findings their first values again.
  func restore(
    _ parameters: [Parameter], remember: ([UInt8]) throws -> Void
  ) throws {
    for parameter in parameters {
      if let first = values[parameter.name] { try parameter.assign(first) }
    }
    if let memory { try remember(memory) }
  }
}

extension Trainer {
  /// Has the task know nothing of earlier evaluations.
  func forgetFindings() throws {
    try firstFindings.restore(parameters) { try expert.remember($0) }
  }

  /// Forgets everything that evaluations have decided so far: they were
  /// others than those that follow. One that is due at this step is done
  /// anew.
  func forgetEvaluations() throws {
    try forgetFindings()
    (progress.best, progress.figures) = (nil, nil)
    (progress.saved, progress.bestValues, progress.kept) = ([:], [:], [:])
    progress.stopping = EarlyStopping.Progress()
    progress.awaitsEvaluation =
      step > 0 && settings.evalStep.isDue(at: step) && isExact
      && settings.extent != .data
    try folder.rewind(to: progress)
  }

  /// Gives the model the mean of the parameters of the best checkpoints. What
  /// evaluations have found is no part of the mean: the split that has chosen
  /// the checkpoints finds it anew.
  ///
  /// - Parameter path: the folder that they lie in.
  func loadAverage(of best: BestCheckpoints, in path: String) throws {
    let kept = progress.kept[best.name] ?? []
    guard !kept.isEmpty else { return }
    var sums: [String: [Double]] = [:]
    for checkpoint in kept {
      try StoredCheckpoint(
        path: path + "/" + best.fileName(step: checkpoint.step)
      ).restore(parameters)
      for parameter in parameters where !parameter.isFinding {
        let values = parameter.values.map(Double.init)
        sums[parameter.name] =
          sums[parameter.name].map { zip($0, values).map(+) } ?? values
      }
    }
    for parameter in parameters where !parameter.isFinding {
      try parameter.assign(
        (sums[parameter.name] ?? []).map { Float($0 / Double(kept.count)) })
    }
    try forgetFindings()
    _ = try records(of: best.split)
  }
}
