import Leaderboard
import Records

extension Exported {
  /// A file for the folder `.eval_results` of a model's repository on the
  /// hub: one entry a task, with its ranking figure.
  package func evaluationResults(of upstream: String) -> String {
    var text = ""
    for entry in ranked(upstream) {
      guard let metric = entry.result.primaryMetric else { continue }
      text += """
        - dataset:
            id: "s3prl/superb"
            task_id: \(Self.quoted(entry.result.task.id))
          value: \(Self.shown(metric.value, metric))
          date: \(Self.quoted(String(entry.result.finishedAt.prefix(10))))
          notes: \(Self.quoted(notes(entry, metric)))

        """
    }
    return text.isEmpty ? "[]\n" : text
  }

  /// What stands between the `---` lines of a model card: `model-index`.
  package func modelIndex(of upstream: String) -> String {
    var text = """
      model-index:
      - name: \(Self.quoted(upstream))
        results:

      """
    let entries = ranked(upstream)
    if entries.isEmpty {
      text = String(text.dropLast()) + " []\n"
    }
    for entry in entries {
      let result = entry.result
      guard let primary = result.primaryMetric else { continue }
      text += """
          - task:
              type: \(Self.quoted(result.task.id))
              name: \(Self.quoted(result.task.title))
            dataset:
              type: "s3prl/superb"
              name: "SUPERB"
              config: \(Self.quoted(result.task.id))
              split: \(Self.quoted(primary.split))
            metrics:

        """
      for metric in result.metrics where metric.split == primary.split {
        text += """
              - type: \(Self.quoted(metric.name))
                name: \(Self.quoted(metric.title))
                value: \(Self.shown(metric.value, metric))

          """
      }
    }
    return text
  }

  private func notes(
    _ entry: Leaderboard.Entry, _ metric: ExperimentResult.Metric
  ) -> String {
    "\(metric.title)\(metric.unit.symbol.isEmpty ? "" : " in %") on "
      + "\(metric.split), \(metric.higherIsBetter ? "higher" : "lower") is "
      + "better; frozen upstream; seed \(entry.result.seed); signature "
      + String(entry.result.signature.prefix(12))
  }
}
