import Configuration
import Records

/// Values to begin a test with.
package enum Samples {
  package static func yaml(_ text: String) throws -> ConfigValue {
    try ConfigValue.yaml(text: text, name: "test.yaml")
  }

  package static let task = TaskDescription(
    id: "sample", version: 1, title: "sample", summary: "A sample.",
    aliases: ["s"],
    metrics: [
      TaskDescription.Metric(
        name: "acc", title: "accuracy", unit: .fraction, higherIsBetter: true)
    ], corpora: ["corpus"], scalarPrefix: "sample", testSplits: ["test"],
    folds: nil)

  /// A configuration of so many steps.
  package static func configuration(_ steps: Int) -> TaskConfiguration {
    do {
      return try TaskConfiguration(
        yaml(
          "{runner: {total_steps: \(steps)}, optimizer: {name: Adam, lr: 0.1}}"
        ))
    } catch {
      preconditionFailure("\(error)")
    }
  }

  package static let experiment = Experiment(
    upstream: "fbank", task: task, fold: nil, library: "/lib/sample.so",
    libraryDigest: "d1", upstreamDigest: "u1", config: configuration(2),
    feature: FeatureSelection(), corpora: ["corpus": "/data/corpus"], seed: 1,
    profile: .full, limit: nil, threads: 2, store: "/cache/features")

  package static func metric(
    _ name: String, _ value: Double, isPrimary: Bool = true
  ) -> ExperimentResult.Metric {
    ExperimentResult.Metric(
      name: name, title: name, split: "test", value: value, unit: .fraction,
      higherIsBetter: true, isPrimary: isPrimary)
  }

  package static let cost = ExperimentResult.Cost(
    wallSeconds: 1.5, cpuSeconds: 2.5, peakMemoryBytes: 1 << 20,
    upstreamPasses: 3, trainingSteps: 4)
}
