extension ExperimentResult {
  /// What the names of figures end with that a task reports beside its ranking
  /// one, where the protocol chooses that on the split it is reported on: the
  /// same figure with everything chosen on dev.
  package static let chosenOnDevSuffix = "_dev_selected"

  /// That figure; nil if the task reports none.
  package var chosenOnDev: Metric? {
    guard let primary = primaryMetric else { return nil }
    return metrics.first {
      $0.name.hasSuffix(Self.chosenOnDevSuffix) && $0.split == primary.split
    }
  }
}
