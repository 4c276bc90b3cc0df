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

  package static let experiment = Experiment(
    upstream: "fbank", task: task, fold: nil, library: "/lib/sample.so",
    libraryDigest: "d1", upstreamDigest: "u1", config: #"{"runner":{}}"#,
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
