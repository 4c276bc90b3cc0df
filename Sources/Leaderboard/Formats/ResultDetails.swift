import Foundation
import Records

/// All that is known of one result, as an element that unfolds.
struct ResultDetails {
  var entry: Leaderboard.Entry
  var anchor: String

  var lines: [String] {
    get throws {
      let result = entry.result
      let name = escaped("\(result.rowName) · \(result.task.id)")
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
          + "\(escaped(try prettyJSON(result.config)))</pre></details>")
      lines.append("</details>")
      return lines
    }
  }

  private var facts: [(String, String)] {
    let result = entry.result
    let cost = result.cost
    let facts: [(String, String?)] = [
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
      ("data", result.dataDigest),
      ("best step", result.bestStep.map(String.init)),
      ("time", seconds(cost.wallSeconds, cpu: cost.cpuSeconds)),
      ("peak memory", megabytes(cost.peakMemoryBytes)),
      ("of it tensors", cost.peakTensorBytes.map(megabytes)),
      ("upstream passes", String(cost.upstreamPasses)),
      ("training steps", String(cost.trainingSteps)),
      (
        "before, trained jointly",
        cost.joint.map { joint in
          "\(joint.tasks.joined(separator: ", ")): "
            + seconds(joint.wallSeconds, cpu: joint.cpuSeconds)
            + ", peak memory \(megabytes(joint.peakMemoryBytes)), "
            + "\(joint.upstreamPasses) upstream passes"
        }
      ),
    ]
    let older = entry.olderResults > 0 ? String(entry.olderResults) : nil
    return known(facts) + trainingFacts + known([("older results", older)])
      + result.versions.sorted { $0.key < $1.key }
      .map { ("version of " + escaped($0.key), $0.value) }
  }

  private func seconds(_ wall: Double, cpu: Double) -> String {
    "\(number(wall)) s, CPU \(number(cpu)) s"
  }

  private func megabytes(_ bytes: Int64) -> String {
    number(Double(bytes) / 1e6) + " MB"
  }

  private var metrics: [String] {
    let result = entry.result
    guard !result.metrics.isEmpty else { return [] }
    return table(
      ["metric", "split", "figure"],
      result.metrics.map { metric in
        let spread = result.foldValues(of: metric).sampleDeviation.map {
          " ± \(figure($0, of: metric))"
        }
        return cells(of: metric).dropLast()
          + [figure(metric.value, of: metric) + (spread ?? "")]
      })
  }

  private var folds: [String] {
    let folds = entry.result.folds
    guard !folds.isEmpty else { return [] }
    return [
      "<p class=\"note\">± is the sample standard deviation over "
        + "\(folds.count) folds.</p>"
    ]
      + table(
        ["fold", "best step", "metric", "split", "figure"],
        folds.flatMap { fold in
          fold.metrics.map {
            [fold.name, fold.bestStep.map(String.init) ?? "–"] + cells(of: $0)
          }
        })
  }

  /// Title, split and figure.
  private func cells(of metric: ExperimentResult.Metric) -> [String] {
    [
      metric.title.isEmpty ? metric.name : metric.title, metric.split,
      figure(metric.value, of: metric),
    ]
  }

  func table(_ headings: [String], _ rows: [[String]]) -> [String] {
    func row(_ element: String, _ cells: [String]) -> String {
      "<tr>"
        + cells.map { "<\(element)>\(escaped($0))</\(element)>" }.joined()
        + "</tr>"
    }
    return ["<table><thead>\(row("th", headings))</thead><tbody>"]
      + rows.map { row("td", $0) } + ["</tbody></table>"]
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

  private func escaped(_ text: String) -> String { HTMLPage.escaped(text) }
}
