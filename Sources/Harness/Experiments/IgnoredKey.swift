import Configuration

/// A key below `downstream_expert` that s3prl's own configuration files have
/// and that changes nothing here. A task that reads a key of that name does not
/// ignore it; where none does, the user is told why, once a run.
struct IgnoredKey: Sendable {
  let path: String
  /// The only value that changes nothing, as JSON; nil for any.
  var value: String?
  let reason: String

  static let all: [IgnoredKey] =
    [
      "corpus.num_workers", "datarc.num_workers", "loaderrc.num_workers",
      "max_workers",
    ].map {
      IgnoredKey(path: $0, reason: "work is divided among the cores that are"
        + " there")
    } + ["corpus.name", "corpus.bucketing"].map {
      IgnoredKey(path: $0, reason: "the task itself says so")
    } + ["text.mode", "text.vocab_file", "datarc.dict_path"].map {
      IgnoredKey(path: $0, reason: "the vocabulary is part of the task")
    } + ["save_best_on", "metric", "metric_higher_better"].map {
      IgnoredKey(
        path: $0, reason: "the task says which figure on which split chooses;"
          + " runner.best_checkpoints keeps more")
    } + ["modelrc", "model"].flatMap {
      [
        IgnoredKey(
          path: "\($0).Wav2Letter",
          reason: "this model is not the one that is selected"),
        IgnoredKey(
          path: "\($0).RNNs.sample_style",
          reason: "no layer here leaves out frames"),
      ]
    } + [
      IgnoredKey(
        path: "modelrc.DeepModel",
        reason: "this model is not the one that is selected"),
      IgnoredKey(
        path: "datarc.pre_load",
        reason: "each recording is read once, whatever the memory"),
      IgnoredKey(
        path: "datarc.sample_rate", value: "16000",
        reason: "recordings of any rate are resampled to it"),
      IgnoredKey(
        path: "datarc.rate", value: "16000",
        reason: "recordings of any rate are resampled to it"),
      IgnoredKey(
        path: "datarc.train_batch_size",
        reason: "another key of the task decides the size of batches"),
      IgnoredKey(
        path: "datarc.eval_batch_size",
        reason: "another key of the task decides the size of batches"),
      IgnoredKey(
        path: "datarc.vad_config",
        reason: "s3prl reads it when it lists the recordings for the first"
          + " time; here datarc.min_timestep leaves out short ones"),
      IgnoredKey(
        path: "datarc.subsampling", value: "1", reason: "every frame is used"),
      IgnoredKey(
        path: "datarc.label_delay", value: "0", reason: "labels have no delay"),
      IgnoredKey(
        path: "scorerc.save_predictions",
        reason: "predictions are always kept"),
      IgnoredKey(
        path: "two_stages", reason: "s3prl reads it and does not use it"),
      IgnoredKey(
        path: "modelrc.none", reason: "it stands for a section without keys"),
    ]

  /// The entry for `value` at `path`, if there is one.
  static func entry(_ path: String, _ value: ConfigValue) -> IgnoredKey? {
    all.first {
      $0.path == path && ($0.value == nil || $0.value == value.json())
    }
  }

  /// Whether entries stand below `path`.
  static func hasEntries(below path: String) -> Bool {
    all.contains { $0.path.hasPrefix(path + ".") }
  }
}
