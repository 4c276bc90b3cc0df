import Diagnostics
import Hosting
import Records

/// What an expert reports.
extension TaskCheck {
  static let records: [TaskCheck] = [
    TaskCheck(
      "records",
      "log_records reports every declared metric, and names no"
        + " folders", needs: ["loss"], checkRecords),
    TaskCheck(
      "records-forgotten", "what was reported once is not reported again",
      needs: ["records"], checkForgotten),
    TaskCheck(
      "records-apart",
      "splits are counted apart, and training apart from evaluation",
      needs: ["records"], checkApart),
  ]

  /// Runs the expert over the first batches of `split`, at most four, and
  /// gives what it reports and the ids it has seen.
  private static func report(
    _ expert: CheckedExpert, _ split: String
  ) throws -> (records: SplitRecords, ids: Set<String>) {
    var ids: Set<String> = []
    let count = min(4, try expert.dataloader(split).batchCount)
    for index in 0..<count {
      let batch = try expert.batch(index, of: split)
      ids.formUnion(batch.items.map(\.id))
      _ = try expert.loss(of: batch, split: split)
    }
    return (try expert.records(split), ids)
  }

  private static func checkRecords(_ run: CheckRun) throws {
    try run.withExpert { expert in
      let description = expert.expert.description
      var (hasScored, hasSaved) = (false, false)
      for split in expert.splits {
        let (records, ids) = try report(expert, split)
        if split != expert.settings.trainSplit {
          try checkMetrics(records, split, description, run)
        }
        for prediction in records.predictions {
          try hold(
            ids.contains(prediction.id),
            "a prediction of '\(split)' is of '\(prediction.id)', which was in"
              + " no batch")
        }
        if description.testSplits.contains(split), records.predictions.isEmpty {
          run.warn(
            "no predictions of '\(split)': nobody can look at what was wrong")
        }
        guard expert.settings.evalSplits.contains(split) else { continue }
        hasSaved = hasSaved || !records.saveAs.isEmpty
        // An untrained head may well score nothing, which is no best score.
        let first = records.metrics.last {
          $0.name == description.metrics.first?.name
        }
        hasScored = hasScored || (first?.value ?? 0) > 0
      }
      if hasScored, !hasSaved {
        run.warn(
          "a first evaluation does not ask to save a checkpoint: without one,"
            + " the last state is tested")
      }
    }
  }

  private static func checkMetrics(
    _ records: SplitRecords, _ split: String, _ description: TaskDescription,
    _ run: CheckRun
  ) throws {
    for metric in description.metrics {
      guard
        let value = records.metrics.last(where: { $0.name == metric.name })?
          .value
      else {
        throw Violation(
          "'\(split)' is not reported with the metric '\(metric.name)', which"
            + " the descriptor declares")
      }
      try hold(
        value.isFinite, "the metric '\(metric.name)' of '\(split)' is \(value)")
      if metric.unit == .fraction, !(0...1).contains(value) {
        run.warn(
          "the metric '\(metric.name)' of '\(split)' is \(value), and declared"
            + " as a fraction")
      }
    }
  }

  /// One expert reports two batches one after the other; another sees the
  /// second one alone. They must say the same of it.
  private static func checkForgotten(_ run: CheckRun) throws {
    let split = try run.task().testSplits.first ?? "test"
    func records(after first: Bool) throws -> SplitRecords {
      try run.withExpert { expert in
        if first {
          _ = try expert.loss(of: expert.batch(0, of: split), split: split)
          _ = try expert.records(split)
        }
        _ = try expert.loss(of: expert.batch(1, of: split), split: split)
        return try expert.records(split, step: 2)
      }
    }
    let (later, alone) = (try records(after: true), try records(after: false))
    try hold(
      later.predictions == alone.predictions,
      "predictions of '\(split)' are reported again: log_records must forget"
        + " them")
    for (name, value) in alone.metrics {
      let second = later.metrics.last { $0.name == name }?.value
      try hold(
        second?.bitPattern == value.bitPattern,
        "'\(name)' of '\(split)' is \(value) for a batch alone, and"
          + " \(second ?? .nan) after another report: log_records must forget")
    }
    try run.withExpert { expert in
      _ = try expert.loss(of: expert.batch(of: split), split: split)
      _ = try expert.records(split)
      let empty = try expert.records(split, step: 2)
      try hold(
        empty.predictions.isEmpty && empty.saveAs.isEmpty,
        "a report of nothing has predictions or wants to save a checkpoint")
    }
  }

  private static func checkApart(_ run: CheckRun) throws {
    try run.withExpert { expert in
      let splits = expert.splits
      guard splits.count > 1 else {
        throw Skipped(reason: "the task has one split")
      }
      var passes = splits.map { expert.pass($0) }
      // Training of a split and its evaluation, on different batches.
      let training = ExpertPass.evaluation(of: expert.settings.trainSplit)
      if try canEvaluate(training, expert) { passes.append(training) }
      var seen: [Set<String>] = []
      for pass in passes {
        let index = pass == training ? Int.max : 0
        let batch = try expert.batch(index, in: pass)
        seen.append(Set(batch.items.map(\.id)))
        try expert.withLoss(of: batch, in: pass) { _ in }
      }
      for (pass, ids) in zip(passes, seen) {
        for prediction in try expert.records(of: pass).predictions {
          try hold(
            ids.contains(prediction.id),
            "the report of '\(pass.split)' predicts '\(prediction.id)', which"
              + " was in another split's batch, or in training's")
        }
      }
    }
  }

  /// A task may refuse to evaluate what it trains on.
  private static func canEvaluate(
    _ pass: ExpertPass, _ expert: CheckedExpert
  ) throws -> Bool {
    do {
      return try expert.dataloader(for: pass).batchCount > 0
    } catch is TaskFailure {
      return false
    }
  }
}
