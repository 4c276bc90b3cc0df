import Evidence
import Foundation
import Leaderboard
import Records

/// All that is known of one result, as an element that unfolds.
struct CellSection {
  var entry: Leaderboard.Entry
  var anchor: String
  /// The experiment's folder.
  var folder: String
  var evidence: CellEvidence?
  var standing: BoardEvidence.Standing?
  var audio: AudioFiles?

  private var result: ExperimentResult { entry.result }

  var html: String {
    get throws {
      let name = Markup.escaped("\(result.rowName) · \(result.task.id)")
      var text = "<details class=\"cell\" id=\"\(anchor)\"><summary>\(name) "
      if let primary = result.primaryMetric, result.status == .done {
        text += "<span class=\"figure\">\(shown(primary))</span>"
      }
      text += result.status == .failed ? "<b class=\"failed\">✗</b>" : ""
      text += "</summary>\n"
      if let failure = result.failure {
        text +=
          "<p class=\"failed\">\(failure.kind.rawValue): "
          + "\(Markup.escaped(failure.reason))</p>\n"
      }
      text += headline
      text += result.warnings.map {
        "<p class=\"note\">⚠ \(Markup.escaped($0))</p>\n"
      }.joined()
      let charts = CellCharts(result, folder: folder)
      let figures = charts.figures
      if !figures.isEmpty {
        text +=
          "<div class=\"charts\">\n" + figures.map(\.html).joined()
          + "</div>\n"
      }
      text += classes(charts.confusion)
      text +=
        WorstCasesTable(cases: result.worstCases ?? [], audio: audio).html ?? ""
      text += tables(charts.kept)
      return text + "</details>\n"
    }
  }

  /// The figure with its interval and how it stands to the best.
  private var headline: String {
    guard let primary = result.primaryMetric, result.status == .done else {
      return ""
    }
    var parts = ["<b>\(Markup.escaped(primary.title)) \(shown(primary))</b>"]
    if let found = evidence?[primary], let interval = found.interval {
      parts.append(
        "95 % interval \(shown(interval.low, primary))–"
          + "\(shown(interval.high, primary)), drawn over \(found.groups ?? 0) "
          + Markup.escaped(found.unit ?? ""))
    }
    if let standing {
      let p =
        standing.p < 0.001
        ? "p &lt; 0.001"
        : "p = "
          + Markup.number(standing.p, digits: 2)
      parts.append(
        (standing.isLevel ? "not told apart from " : "behind ")
          + Markup.escaped(standing.best) + " (\(p) after Holm)")
    }
    let remark = evidence?[primary]?.remark.map {
      "<p class=\"note\">\(Markup.escaped($0)).</p>\n"
    }
    return "<p class=\"headline\">\(parts.joined(separator: " · "))</p>\n"
      + (remark ?? "")
  }

  private func classes(_ confusions: Confusions?) -> String {
    guard let confusions else { return "" }
    let all = confusions.perClass
    let shown = all.prefix(25)
    let rows = shown.map { one in
      [
        one.name, String(one.count), Markup.number(one.recall * 100),
        one.precision.map { Markup.number($0 * 100) } ?? "–",
        Markup.number(one.f1 * 100),
        one.confused.map { "\($0.0) (\($0.1))" } ?? "–",
      ]
    }
    let title =
      all.count > shown.count
      ? "the \(shown.count) worst of \(all.count) classes" : "by class"
    return "<details><summary>\(title)</summary>"
      + Markup.table(
        ["class", "count", "recall %", "precision %", "F1 %", "taken for"],
        rows) + "</details>\n"
  }

  private func tables(_ kept: KeptPredictions) -> String {
    var text = "<div class=\"pair\"><div>"
    if !result.metrics.isEmpty {
      text += Markup.table(
        ["figure", "split", "value", "95 % interval"], metrics,
        caption: "figures")
    }
    if !result.folds.isEmpty {
      text += Markup.table(
        ["fold", "best step", "figure", "value"],
        result.folds.flatMap { fold in
          fold.metrics.filter { $0.split == result.primaryMetric?.split }.map {
            [
              fold.name, fold.bestStep.map(String.init) ?? "–", $0.title,
              shown($0),
            ]
          }
        }, caption: "folds; ± is the sample standard deviation over them")
    }
    if let averages = result.averages, !averages.isEmpty {
      text += Markup.table(
        ["mean of checkpoints", "figure", "split", "value"],
        averages.flatMap { average in
          average.metrics.map {
            [
              "\(average.name) (steps "
                + average.steps.map(String.init).joined(separator: ", ") + ")",
              $0.title, $0.split, shown($0),
            ]
          }
        })
    }
    text += "</div><div>"
    let certificates = Certificates(
      result: result, evidence: evidence, kept: kept)
    text += "<ul class=\"certificates\">"
    for line in certificates.lines {
      text +=
        "<li class=\"\(line.isGood ? "good" : "bad")\">"
        + "\(Markup.escaped(line.text))</li>\n"
    }
    text +=
      "</ul>" + Markup.facts(CellFacts(entry: entry).all) + "</div></div>\n"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [
      .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
    ]
    let config = (try? encoder.encode(result.config)) ?? Data()
    return text + "<details><summary>configuration</summary><pre>"
      + Markup.escaped(String(decoding: config, as: UTF8.self))
      + "</pre></details>\n"
  }

  private var metrics: [[String]] {
    result.metrics.map { metric in
      let spread = result.foldValues(of: metric).sampleDeviation.map {
        " ± \(shown($0, metric))"
      }
      let interval = evidence?[metric]?.interval.map {
        "\(shown($0.low, metric))–\(shown($0.high, metric))"
      }
      return [
        metric.title.isEmpty ? metric.name : metric.title, metric.split,
        shown(metric) + (spread ?? ""), interval ?? "–",
      ]
    }
  }

  private func shown(_ metric: ExperimentResult.Metric) -> String {
    let symbol = metric.unit.symbol
    return shown(metric.value, metric) + (symbol.isEmpty ? "" : " " + symbol)
  }

  /// In the unit that the leaderboard shows.
  private func shown(
    _ value: Double, _ metric: ExperimentResult.Metric
  ) -> String {
    guard let shown = metric.unit.shown(value) else { return "–" }
    return metric.unit == .plain
      ? Markup.number(shown) : String(format: "%.2f", shown)
  }
}
