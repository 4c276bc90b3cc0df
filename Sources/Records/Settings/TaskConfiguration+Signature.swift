import Configuration

extension TaskConfiguration {
  /// Keys that came after signatures did, with their defaults as JSON. Who
  /// writes one of these down says what a configuration without it says, and
  /// means the same experiment.
  private static let laterDefaults: [(path: [String], values: [String])] = [
    (["runner", "grad_norm_type"], ["2", "2.0", "null"]),
    (["runner", "eval_every"], ["{}", "null"]),
    (["runner", "predictions_every"], ["0", "null"]),
    (["runner", "start_epoch"], ["0", "null"]),
    (["runner", "ema"], ["null"]),
    (["runner", "num_epochs"], ["null"]),
    (["runner", "eval_epochs"], ["null"]),
    (["runner", "save_epochs"], ["null"]),
    (["runner", "worst_cases_by"], ["null"]),
    (["optimizer", "groups"], ["[]", "null"]),
  ]

  /// The settings as a signature takes them: without what is as good as not
  /// said.
  package var signed: ConfigValue {
    Self.laterDefaults.reduce(value) { value, later in
      guard let map = try? value.map(at: later.path[0]),
        let found = map[later.path[1]],
        later.values.contains(found.json())
      else { return value }
      return value.removing(later.path)
    }
  }
}
