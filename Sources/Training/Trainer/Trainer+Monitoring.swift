import Diagnostics
import Foundation
import Records
import Tensors

extension Trainer {
  /// What one step's evaluations were like, metric by metric.
  typealias Figures = [(split: String, metric: String, value: Double)]

  /// Lets early stopping and the best checkpoints know of a step's
  /// evaluations, and gives the names to save under.
  func monitor(_ figures: Figures) throws -> [String] {
    let metrics = expert.description.metrics
    func value(_ split: String, _ metric: String) -> Double? {
      figures.last { $0.split == split && $0.metric == metric }?.value
        ?? (split == settings.trainSplit ? progress.trained?[metric] : nil)
    }
    func higherIsBetter(_ metric: String) -> Bool {
      // What a task reports besides its metrics are losses.
      metrics.first { $0.name == metric }?.higherIsBetter ?? false
    }
    if let stopping = settings.earlyStopping,
      settings.evaluates(stopping.split, at: step)
    {
      let metric = stopping.metric ?? metrics[0].name
      guard let value = value(stopping.split, metric) else {
        throw UserError(
          "the task reports no \(metric) on \(stopping.split), by which"
            + " training is to be stopped", at: EarlyStopping.key)
      }
      stopping.note(
        value, higherIsBetter: higherIsBetter(metric), step: step,
        in: &progress.stopping)
      if progress.stopping.stoppedAt != nil {
        try folder.log(
          "no better \(metric) on \(stopping.split) for"
            + " \(stopping.patience) evaluations, stopping at step \(step)")
      }
    }
    return try settings.bestCheckpoints.flatMap { best -> [String] in
      guard settings.evaluates(best.split, at: step) else { return [] }
      guard let value = value(best.split, best.metric) else {
        // Training may not have been reported yet.
        if best.split == settings.trainSplit, progress.trained == nil {
          return []
        }
        throw UserError(
          "the task reports no \(best.metric) on \(best.split), by which"
            + " checkpoints are to be kept", at: BestCheckpoints.key)
      }
      let before = progress.kept[best.name] ?? []
      let after = best.noting(
        value,
        higherIsBetter: best.higherIsBetter ?? higherIsBetter(best.metric),
        step: step, among: before)
      progress.kept[best.name] = after
      return after.contains { $0.step == step }
        ? [best.fileName(step: step)] : []
    }
  }

  /// Keeps the last figures of training, if checkpoints are kept by them.
  func noteTraining(_ records: SplitRecords) {
    guard
      settings.bestCheckpoints.contains(where: {
        $0.split == settings.trainSplit
      })
    else { return }
    progress.trained = Dictionary(records.metrics.map { ($0.name, $0.value) }) {
      $1
    }
  }

  /// Removes the best checkpoints that better ones have taken the place of.
  func removeOvertaken() {
    for best in settings.bestCheckpoints {
      let kept = Set(
        (progress.kept[best.name] ?? []).map { best.fileName(step: $0.step) })
      let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path))
        ?? []
      for name in names
      where name.hasPrefix(best.name + "-") && name.hasSuffix(".ckpt")
        && Int(name.dropFirst(best.name.count + 1).dropLast(5)) != nil
        && !kept.contains(name)
      {
        unlink(folder.path + "/" + name)
        progress.saved[name] = nil
      }
    }
  }
}
