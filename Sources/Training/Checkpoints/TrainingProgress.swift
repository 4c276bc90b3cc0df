import Records

/// Where training stands: all that decides what comes next, besides the
/// numbers of the model, the optimizer and the task.
///
/// Random numbers need no place here: they are functions of the seed and of
/// these counts.
package struct TrainingProgress: Codable, Equatable {
  /// The checkpoint that the test figures will come from.
  package struct Best: Codable, Equatable {
    /// The first evaluation split that asked to save.
    package var split: String
    /// The name it gave.
    package var file: String
  }

  /// Updates of the weights.
  package var step = 0
  package var epoch = 0
  /// The batch of the epoch that comes next.
  package var batch = 0
  /// Batches since the start; each has dropout draws of its own.
  package var batches = 0
  /// The step's evaluation is still to be done.
  var awaitsEvaluation = false
  /// All that the task has gathered and not reported is in the checkpoint:
  /// training that continues from it gives the same bytes.
  var isExact = true
  /// The step at which each named checkpoint was saved, by name.
  var saved: [String: Int] = [:]
  package var best: Best?
  /// The figures of ``best`` when it was saved, of the last evaluation while
  /// there is none, by `split-metric`. Older checkpoints do not say.
  package var figures: [String: Double]?
  /// The best value logged so far, by split and metric.
  var bestValues: [String: Double] = [:]
  var stopping = EarlyStopping.Progress()
  /// What each of the best checkpoints' names keeps, the best first.
  var kept: [String: [BestCheckpoints.Kept]] = [:]
  /// The last figures of training, by metric, where checkpoints are kept by
  /// them.
  var trained: [String: Double]?
  /// How many weights are in their moving average, if there is one.
  var averaged: Int?
  /// Batches that have failed and were left out.
  package var skipped: [SkippedBatch] = []
  /// Nil for none.
  package var unsoundSteps: UnsoundSteps?
  package var warnings: [String] = []
  /// SHA-256 over the audio that it is trained and evaluated on.
  var dataDigest: String?
  /// SHA-256 over the corpora's lists. Older checkpoints do not say.
  var listsDigest: String?
  /// How far each observer had written, by the observer's name.
  package var marks: [String: Int] = [:]
}
