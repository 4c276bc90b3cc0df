import Configuration

/// A key below `downstream_expert` that s3prl's own configuration files have
/// and that changes nothing here. A task that reads a key of that name does not
/// ignore it; where none does, the user is told why, once a run.
package struct IgnoredKey: Sendable {
  package let paths: [String]
  /// The only value that changes nothing, as JSON; nil for any.
  package var value: String?
  package let reason: String

  package static let all = [
    IgnoredKey(
      paths: [
        "datarc.num_workers", "loaderrc.num_workers", "corpus.num_workers",
        "max_workers",
      ], reason: "work is divided among the cores that are there"),
    IgnoredKey(
      paths: ["corpus.name", "corpus.bucketing"],
      reason: "the task itself says so"),
    IgnoredKey(
      paths: ["text.mode", "text.vocab_file", "datarc.dict_path"],
      reason: "the vocabulary is part of the task"),
    IgnoredKey(
      paths: ["save_best_on", "metric", "metric_higher_better"],
      reason: "the task says which figure on which split chooses;"
        + " runner.best_checkpoints keeps more"),
    IgnoredKey(
      paths: ["modelrc.Wav2Letter", "model.Wav2Letter", "modelrc.DeepModel"],
      reason: "this model is not the one that is selected"),
    IgnoredKey(
      paths: ["modelrc.RNNs.sample_style", "model.RNNs.sample_style"],
      reason: "no layer here leaves out frames"),
    IgnoredKey(
      paths: ["datarc.train_batch_size", "datarc.eval_batch_size"],
      reason: "another key of the task decides the size of batches"),
    IgnoredKey(
      paths: ["datarc.sample_rate", "datarc.rate"], value: "16000",
      reason: "recordings of any rate are resampled to it"),
    IgnoredKey(
      paths: ["datarc.pre_load"],
      reason: "each recording is read once, whatever the memory"),
    IgnoredKey(
      paths: ["datarc.vad_config"],
      reason: "s3prl reads it when it lists the recordings for the first"
        + " time; here datarc.min_timestep leaves out short ones"),
    IgnoredKey(
      paths: ["datarc.subsampling"], value: "1",
      reason: "every frame is used"),
    IgnoredKey(
      paths: ["datarc.label_delay"], value: "0",
      reason: "labels have no delay"),
    IgnoredKey(
      paths: ["scorerc.save_predictions"],
      reason: "predictions are always kept"),
    IgnoredKey(
      paths: ["two_stages"], reason: "s3prl reads it and does not use it"),
    IgnoredKey(
      paths: ["modelrc.module"], value: "\"XVector\"",
      reason: "it is the task's model"),
    IgnoredKey(
      paths: ["modelrc.agg_module"], value: "\"SP\"",
      reason: "it is the task's pooling"),
    IgnoredKey(
      paths: ["modelrc.utter_module"], value: "\"UtteranceExtractor\"",
      reason: "it is the task's model"),
    IgnoredKey(
      paths: ["modelrc.ObjectiveLoss"], value: "\"AMSoftmaxLoss\"",
      reason: "it is the task's loss"),
    IgnoredKey(
      paths: ["modelrc.module_config.XVector.dropout_p"], value: "0.0",
      reason: "there is no dropout"),
    IgnoredKey(
      paths: ["modelrc.module_config.XVector.batch_norm"], value: "false",
      reason: "there is no normalisation over batches"),
    IgnoredKey(
      paths: [
        "modelrc.module_config.Identity", "modelrc.LossConfig.SoftmaxLoss",
        "modelrc.LossConfig.AAMSoftmaxLoss",
      ], reason: "this model is not the one that is selected"),
    IgnoredKey(
      paths: ["datarc.train_meta_data"],
      reason: "all speakers of the corpus's dev part are trained on"),
    IgnoredKey(
      paths: ["modelrc.none"],
      reason: "it stands for a section without keys"),
  ]

  /// The entry for `value` at `path`, if there is one.
  package static func entry(_ path: String, _ value: ConfigValue) -> IgnoredKey?
  {
    all.first {
      $0.paths.contains(path) && ($0.value == nil || $0.value == value.json())
    }
  }

  /// The values that change nothing at `path`, where others would.
  package static func values(at path: String) -> [String] {
    all.compactMap { $0.paths.contains(path) ? $0.value : nil }
  }

  /// Whether entries stand below `path`.
  package static func hasEntries(below path: String) -> Bool {
    all.contains { $0.paths.contains { $0.hasPrefix(path + ".") } }
  }
}
