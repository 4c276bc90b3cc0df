import Configuration

extension TaskConfiguration {
  /// Keys that change what is written down, and no figure.
  private static let indifferent: Set<String> = [
    "runner.log_step", "runner.save_step", "runner.max_keep",
    "runner.worst_cases", "runner.best_checkpoints",
    "runner.predictions_every",
    "runner.snapshot_interval",
  ]

  /// The keys, as `-o` spells them, that have another value than in `other`
  /// and can move a figure; sorted.
  package func differences(from other: TaskConfiguration) -> [String] {
    let (mine, others) = (Self.leaves(of: value), Self.leaves(of: other.value))
    return Set(mine.keys).union(others.keys)
      .filter { mine[$0] != others[$0] && !Self.indifferent.contains($0) }
      .sorted()
  }

  /// Every value that is no map, as JSON, by its path. What is null is not
  /// there.
  private static func leaves(of value: ConfigValue) -> [String: String] {
    var found: [String: String] = [:]
    func gather(_ value: ConfigValue, _ path: String) {
      guard case .map(let map) = value.kind else {
        if !value.isNull { found[path] = value.json() }
        return
      }
      for entry in map.entries {
        gather(entry.value, path.isEmpty ? entry.key : path + "." + entry.key)
      }
    }
    gather(value, "")
    return found
  }
}
