import Configuration
import Foundation
import Records

extension FoundCell {
  /// One setting of an experiment.
  package struct Setting: Codable, Equatable, Sendable {
    package var key: String
    package var value: String
    /// Where it was written: `file:line:column`, an option, `default`.
    package var origin: String
    /// Whether it decides numbers.
    package var counts: Bool
  }

  /// Every setting, with where it came from: arguments first, then the
  /// configuration in its own order, then where things lie.
  package var settings: [Setting] {
    let experiment = record.experiment
    func argument(
      _ key: String, _ value: String, of origin: String? = nil
    ) -> Setting {
      Setting(
        key: key, value: value,
        origin: record.origins[origin ?? key] ?? "–", counts: true)
    }
    let feature = experiment.feature
    var settings = [
      argument("upstream", experiment.upstream),
      Setting(
        key: "task",
        value: experiment.task.id + " (version \(experiment.task.version))",
        origin: record.origins["downstream"] ?? "–", counts: true),
      argument("seed", "\(experiment.seed)"),
      argument("profile", experiment.profile.rawValue),
      argument("limit", experiment.limit.map { "\($0)" } ?? "none"),
      argument("upstream_feature_selection", feature.stateName),
      argument(
        "upstream_layer_selection", feature.layer.map { "\($0)" } ?? "all"),
      argument(
        "upstream_feature_normalize", "\(feature.normalize)",
        of: "upstream_feature_selection"),
      argument(
        "dtype", feature.halfPrecision ? "float16" : "float32",
        of: "upstream_feature_selection"),
      argument(
        "upstream_trainable",
        experiment.fineTuning.map {
          $0.learningRate.map { "true, at \($0)" } ?? "true"
        } ?? "false"),
    ]
    if let start = experiment.start {
      settings.append(
        argument("init_ckpt", "\(start.path) (\(start.kind.rawValue))"))
    }
    settings += experiment.config.value.leaves.map { path, value in
      Setting(
        key: (["config"] + path).joined(separator: "."), value: value.json(),
        origin: value.mark?.description ?? "–", counts: true)
    }
    settings += experiment.corpora.sorted { $0.key < $1.key }.map {
      Setting(
        key: "corpora.\($0.key)", value: $0.value,
        origin: record.origins["corpora.\($0.key)"] ?? "–", counts: false)
    }
    return settings
  }

  /// What differs between two experiments: the key, here, there.
  package func differences(from other: FoundCell) -> [[String]] {
    let (own, others) = (settings, other.settings)
    var rows: [[String]] = []
    for setting in own {
      let there = others.first { $0.key == setting.key }?.value ?? "–"
      if there != setting.value {
        rows.append([setting.key, setting.value, there])
      }
    }
    for setting in others where !own.contains(where: { $0.key == setting.key })
    {
      rows.append([setting.key, "–", setting.value])
    }
    let digests = [self, other].map {
      [$0.record.experiment.upstreamDigest, $0.record.experiment.libraryDigest]
    }
    for (place, name) in ["upstream's weights", "task's sources"].enumerated()
    where digests[0][place] != digests[1][place] {
      rows.append(
        [
          name, String(digests[0][place].prefix(12)),
          String(digests[1][place].prefix(12)),
        ])
    }
    return rows
  }
}
