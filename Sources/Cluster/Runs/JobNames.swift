import Configuration
import Records
import Runs

/// What experiments are called in a queue, so that people tell them apart:
/// `demo:fbank-ks-lr=0.1-seed=2`.
package struct JobNames {
  private let run: String
  /// By task: the keys that differ among the plan's cells.
  private let varying: [String: Set<String>]

  /// - Parameter run: the run's name.
  package init(_ plan: RunPlan, run: String) {
    self.run = run
    var values: [String: [String: Set<String>]] = [:]
    for cell in plan.cells {
      guard let experiment = cell.registered else { continue }
      for (key, value) in Self.settings(of: experiment) {
        values[cell.task, default: [:]][key, default: []].insert(value.text)
      }
    }
    varying = values.mapValues { keys in
      Set(keys.filter { $0.value.count > 1 }.keys)
    }
  }

  /// Of an array with an upstream's jobs.
  package func group(_ upstream: String) -> String { run + ":" + upstream }

  /// Of one experiment.
  package func name(_ cell: RunCell, fold: String?) -> String {
    let suffix = suffix(cell)
    return
      ([cell.upstream, cell.task] + (fold.map { [$0] } ?? [])
      + (suffix.isEmpty ? [] : [suffix])).joined(separator: "-")
      .withPrefix(run + ":")
  }

  /// What was asked for besides the usual: settings of the command line, and
  /// those in which cells differ. Empty if there are none.
  package func suffix(_ cell: RunCell) -> String {
    guard let experiment = cell.registered else { return "" }
    return Self.settings(of: experiment).filter { key, value in
      value.isTyped || varying[cell.task]?.contains(key) == true
    }.map { key, value in
      (key.split(separator: ".").last.map(String.init) ?? key) + "="
        + value.text
    }.joined(separator: "-")
  }

  private struct Value {
    var text: String
    /// Whether it stands on the command line.
    var isTyped: Bool
  }

  private static func settings(
    of experiment: Experiment
  ) -> [(key: String, value: Value)] {
    experiment.config.value.leaves.map { path, value in
      let text =
        if case .string(let text) = value.kind { text } else { value.json() }
      return (
        path.joined(separator: "."),
        Value(
          text: text, isTyped: value.mark?.file.hasPrefix("--") == true)
      )
    } + [("seed", Value(text: "\(experiment.seed)", isTyped: false))]
  }
}

extension String {
  fileprivate func withPrefix(_ prefix: String) -> String { prefix + self }
}
