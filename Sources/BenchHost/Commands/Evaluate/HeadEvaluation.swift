import Diagnostics
import Evidence
import Files
import Foundation
import Records
import Runs
import Training

/// One head under one setting: each split's figures, with what is kept of
/// its answers and made of them.
struct HeadEvaluation {
  private let head: TrainedHead
  private let settings: [String]
  /// Where answers are kept; nil for nowhere.
  private let folder: String?
  private let criteria: [WorstCase.Criterion]
  private let groups: [String]
  private let table: AttributeTable?
  private let ignored: Int
  private let key: String

  init(
    _ head: TrainedHead, settings: [String], out: String?,
    criteria: [WorstCase.Criterion], groups: [String], table: AttributeTable?,
    ignored: Int
  ) throws {
    self.head = head
    self.settings = settings
    self.criteria = criteria
    self.groups = groups
    self.table = table
    self.ignored = ignored
    let experiment = head.experiment
    let weights = try StartingPoint(path: head.path, kind: .weights).digest
    let hash = DigestHasher()
    for part in try [experiment.signature(), weights, "\(ignored)"] {
      hash.combine(part)
    }
    let key = hash.finish().hexadecimal
    self.key = key
    let stem =
      ((head.path as NSString).lastPathComponent as NSString)
      .deletingPathExtension
    folder = out.map { out in
      ([
        out, RunCell.fileName(experiment.upstream), experiment.task.id,
        experiment.fold, stem + "-" + weights.prefix(8),
        settings.isEmpty ? nil : String(key.prefix(12)),
      ] as [String?]).compactMap(\.self).joined(separator: "/")
    }
  }

  func result(of split: String) throws -> EvaluatedSplit {
    let isSure = criteria.contains { $0.name == WorstCase.Criterion.confidence }
    let (found, records) =
      try standing(split, isSure: isSure) ?? made(split, isSure: isSure)
    var row = found
    for criterion in criteria {
      let cases = WorstCase.worst(
        by: criterion, of: records.predictions, split: split)
      row.worst = (row.worst ?? [:]).merging([criterion.name: cases]) { $1 }
    }
    try addGroups(&row, records)
    if let folder {
      row.folder = folder
      try row.write(to: folder)
    }
    return row
  }

  /// What was made before.
  private func standing(
    _ split: String, isSure: Bool
  ) throws -> (EvaluatedSplit, SplitRecords)? {
    guard let folder,
      var row = EvaluatedSplit.read(split, from: folder, key: key),
      !isSure || row.hasConfidence == true
    else { return nil }
    StandardError.note("\(head.task.id) \(split): done before, in \(folder)")
    (row.worst, row.groups) = (nil, nil)
    var records = SplitRecords()
    records.predictions =
      KeptPredictions(folder: folder).answers(on: split)?.first ?? []
    return (row, records)
  }

  private func made(
    _ split: String, isSure: Bool
  ) throws -> (EvaluatedSplit, SplitRecords) {
    let report = try head.report(
      on: split, ignoring: ignored, asksForConfidence: isSure)
    for reason in report.skipped {
      StandardError.note("\(split): a batch is left out: \(reason)")
    }
    let experiment = head.experiment
    var row = EvaluatedSplit(
      checkpoint: head.path, upstream: experiment.upstream,
      task: experiment.task.id, fold: experiment.fold, step: head.step,
      settings: settings, split: split, figures: [:], order: [], key: key)
    for (name, value) in report.records.metrics {
      if row.figures[name] == nil { row.order.append(name) }
      row.figures[name] = value.isFinite ? value : nil
    }
    row.order.removeAll { row.figures[$0] == nil }
    if !report.skipped.isEmpty { row.skipped = report.skipped }
    if isSure { row.hasConfidence = true }
    if let folder { try report.records.write(to: folder, split: split) }
    return (row, report.records)
  }

  private func addGroups(
    _ row: inout EvaluatedSplit, _ records: SplitRecords
  ) throws {
    guard !groups.isEmpty else { return }
    let scratch = try folder == nil ? ScratchFolder("superb-answers") : nil
    if let scratch { try records.write(to: scratch.path, split: row.split) }
    let kept = KeptPredictions(folder: folder ?? scratch?.path ?? ".")
    var found: [GroupFigure] = []
    for metric in head.task.metrics {
      guard let value = row.figures[metric.name] else { continue }
      let reported = ExperimentResult.Metric(
        name: metric.name, title: metric.title, split: row.split, value: value,
        unit: metric.unit, higherIsBetter: metric.higherIsBetter,
        isPrimary: false)
      guard let answers = ScoredAnswers(reported, of: kept) else { continue }
      for attribute in groups {
        found += answers.figures(by: attribute, table) ?? []
      }
    }
    if found.isEmpty {
      StandardError.note(
        "\(head.task.id) \(row.split): no figure can be told by"
          + " \(groups.joined(separator: ", "))")
    }
    row.groups = found
  }
}
