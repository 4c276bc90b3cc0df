import Diagnostics
import Records

/// What an experiment comes to once training is over: the figures of the
/// checkpoint that was best on the split that chooses, of the last state
/// where no split has chosen.
struct FinalFigures {
  var metrics: [ExperimentResult.Metric] = []
  var averages: [ExperimentResult.Average] = []
  var worstCases: [WorstCase] = []
  /// Of what looks as if nothing was learned.
  var warnings: [String] = []
  /// Whether answers depend on who else is in the batch.
  var alone: AloneInBatch?

  /// None.
  init() {}

  init(of trainer: Trainer, _ session: ExperimentSession) throws {
    let task = session.experiment.task
    if let best = trainer.best {
      try StoredCheckpoint(path: trainer.folder.path + "/" + best.file)
        .restore(trainer.parameters)
    }
    try trainer.checkWeights()
    var splits = task.testSplits
    if let chosenOn = trainer.best?.split, !splits.contains(chosenOn) {
      splits.append(chosenOn)
    }
    var hasAnswers = false
    for split in splits {
      let records = try trainer.evaluateChosen(split)
      metrics += try Self.metrics(of: records, split: split, task)
      guard task.testSplits.contains(split) else { continue }
      if split == task.testSplits.first, !records.predictions.isEmpty {
        hasAnswers = true
      }
      if let doubt = records.suspicion(on: split) { warnings.append(doubt) }
      worstCases += WorstCase.worst(
        trainer.settings.worstCases, of: records.predictions, split: split)
    }
    guard metrics.contains(where: \.isPrimary) else {
      throw ContractBreach(
        of: task.id, in: "log_records(\(task.testSplits[0]))",
        "it reports no \(task.metrics[0].name)")
    }
    for best in trainer.settings.bestCheckpoints where best.averages {
      averages.append(try Self.average(of: best, trainer, task))
    }
    if trainer.average?.updates ?? 0 > 0 {
      averages.append(try Self.movingAverage(trainer, task))
    }
    // Last, since it leaves nothing but its answer.
    alone = task.testSplits.first.flatMap {
      hasAnswers ? AloneInBatch(trainer, on: $0) : nil
    }
    if let warning = alone?.warning { warnings.append(warning) }
  }

  /// Evaluates the moving average of the weights at the last step, and writes
  /// it down as the checkpoint `ema.ckpt`.
  private static func movingAverage(
    _ trainer: Trainer, _ task: TaskDescription
  ) throws -> ExperimentResult.Average {
    try trainer.useAverage()
    try trainer.folder.checkpoints.save(
      try trainer.checkpoint(), as: ["ema.ckpt"],
      keepingStates: trainer.settings.maxKeep)
    return ExperimentResult.Average(
      name: "ema", steps: [trainer.step],
      metrics: try task.testSplits.flatMap { split in
        try metrics(of: try trainer.records(of: split), split: split, task)
      })
  }

  /// Evaluates the mean of checkpoints, which is written as one too.
  private static func average(
    of best: BestCheckpoints, _ trainer: Trainer, _ task: TaskDescription
  ) throws -> ExperimentResult.Average {
    try trainer.loadAverage(of: best, in: trainer.folder.path)
    try trainer.folder.checkpoints.save(
      try trainer.checkpoint(), as: [best.name + "-average.ckpt"],
      keepingStates: trainer.settings.maxKeep)
    return ExperimentResult.Average(
      name: best.name,
      steps: (trainer.progress.kept[best.name] ?? []).map(\.step),
      metrics: try task.testSplits.flatMap { split in
        try metrics(
          of: try trainer.records(of: split), split: split,
          task)
      })
  }

  private static func metrics(
    of records: SplitRecords, split: String, _ task: TaskDescription
  ) throws -> [ExperimentResult.Metric] {
    try task.metrics.compactMap { declared in
      guard
        let value = records.metrics.last(where: { $0.name == declared.name })?
          .value
      else { return nil }
      guard value.isFinite else {
        throw ContractBreach(
          of: task.id, in: "log_records(\(split))",
          "it reports \(declared.name) = \(value)")
      }
      return ExperimentResult.Metric(
        name: declared.name, title: declared.title, split: split,
        value: value, unit: declared.unit,
        higherIsBetter: declared.higherIsBetter,
        isPrimary: split == task.testSplits.first
          && declared.name == task.metrics.first?.name)
    }
  }
}
