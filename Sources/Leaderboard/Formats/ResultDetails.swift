import Foundation
import Records

/// All that is known of one result, as an element that unfolds.
struct ResultDetails {
  var entry: Leaderboard.Entry
  var anchor: String

  var lines: [String] {
    get throws {
      let result = entry.result
      let name = escaped("\(result.upstream.name) · \(result.task.id)")
      let state = result.status == .failed ? " ✗" : ""
      var lines = [
        "<details id=\"\(anchor)\"><summary>\(name)\(state)</summary>"
      ]
      if let failure = result.failure {
        lines.append(
          "<p class=\"failed\">\(failure.kind.rawValue): "
            + "\(escaped(failure.reason))</p>")
      }
      lines.append("<dl>")
      lines += facts.map { "<dt>\($0)</dt><dd>\(escaped($1))</dd>" }
      lines.append("</dl>")
      lines += result.warnings.map {
        "<p class=\"note\">\(escaped($0))</p>"
      }
      lines += metrics
      lines += folds
      lines += learningRates
      lines += averages
      lines += worstCases
      lines.append(
        "<details><summary>configuration</summary><pre>"
          + "\(escaped(try json(result.config)))</pre></details>")
      lines.append("</details>")
      return lines
    }
  }

  private var facts: [(String, String)] {
    let result = entry.result
    let cost = result.cost
    var facts = [
      ("task", "\(result.task.title), version \(result.task.version)"),
      ("signature", result.signature),
      ("file", entry.path),
      ("finished", result.finishedAt),
      ("seed", String(result.seed)),
      (
        "upstream",
        "\(result.upstream.layers) layers × \(result.upstream.dimension), "
          + "\(number(result.upstream.samplesPerFrame)) samples per frame"
      ),
      ("weights", result.upstream.digest),
    ]
    if let digest = result.dataDigest { facts.append(("data", digest)) }
    if let step = result.bestStep {
      facts.append(("best step", String(step)))
    }
    facts += [
      (
        "time",
        "\(number(cost.wallSeconds)) s, CPU \(number(cost.cpuSeconds)) s"
      ),
      ("peak memory", "\(number(Double(cost.peakMemoryBytes) / 1e6)) MB"),
    ]
    if let bytes = cost.peakTensorBytes {
      facts.append(("of it tensors", "\(number(Double(bytes) / 1e6)) MB"))
    }
    facts += [
      ("upstream passes", String(cost.upstreamPasses)),
      ("training steps", String(cost.trainingSteps)),
    ]
    if let joint = cost.joint {
      facts.append(
        (
          "before, trained jointly",
          "\(joint.tasks.joined(separator: ", ")): "
            + "\(number(joint.wallSeconds)) s, CPU \(number(joint.cpuSeconds))"
            + " s, peak memory "
            + "\(number(Double(joint.peakMemoryBytes) / 1e6)) MB, "
            + "\(joint.upstreamPasses) upstream passes"
        ))
    }
    facts += trainingFacts
    if entry.olderResults > 0 {
      facts.append(("older results", String(entry.olderResults)))
    }
    return facts
      + result.versions.sorted { $0.key < $1.key }
      .map { ("version of " + escaped($0.key), $0.value) }
  }

  private var metrics: [String] {
    guard !entry.result.metrics.isEmpty else { return [] }
    var lines = [
      "<table><thead><tr><th>metric</th><th>split</th><th>figure</th>"
        + "</tr></thead><tbody>"
    ]
    for metric in entry.result.metrics {
      let values = entry.result.foldValues(of: metric)
      let spread = values.sampleDeviation.map {
        " ± \(figure($0, of: metric))"
      }
      lines.append(
        row([
          metric.title.isEmpty ? metric.name : metric.title, metric.split,
          figure(metric.value, of: metric) + (spread ?? ""),
        ]))
    }
    lines.append("</tbody></table>")
    return lines
  }

  private var folds: [String] {
    guard !entry.result.folds.isEmpty else { return [] }
    var lines = [
      "<p class=\"note\">± is the sample standard deviation over "
        + "\(entry.result.folds.count) folds.</p>",
      "<table><thead><tr><th>fold</th><th>best step</th><th>metric</th>"
        + "<th>split</th><th>figure</th></tr></thead><tbody>",
    ]
    for fold in entry.result.folds {
      for metric in fold.metrics {
        lines.append(
          row([
            fold.name, fold.bestStep.map(String.init) ?? "–",
            metric.title.isEmpty ? metric.name : metric.title, metric.split,
            figure(metric.value, of: metric),
          ]))
      }
    }
    lines.append("</tbody></table>")
    return lines
  }

  func row(_ cells: [String]) -> String {
    "<tr>" + cells.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>"
  }

  /// In the unit that the leaderboard shows, more precisely.
  func figure(
    _ value: Double, of metric: ExperimentResult.Metric
  ) -> String {
    guard let shown = metric.unit.shown(value) else { return "–" }
    let symbol = metric.unit.symbol
    return number(shown) + (symbol.isEmpty ? "" : " " + symbol)
  }

  /// Six significant digits.
  func number(_ value: Double) -> String {
    String(format: "%.6g", value)
  }

  private func json(_ value: JSONValue) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [
      .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
    ]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private func escaped(_ text: String) -> String { HTMLPage.escaped(text) }
}
