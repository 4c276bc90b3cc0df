import Evidence
import Foundation
import Leaderboard
import Records
import Statistics

/// What a cell's folder has to show.
struct CellCharts {
  var result: ExperimentResult
  var folder: String
  var kept: KeptPredictions

  init(_ result: ExperimentResult, folder: String) {
    self.result = result
    self.folder = folder
    kept = KeptPredictions(of: result, in: folder)
  }

  private var metric: ExperimentResult.Metric? {
    result.primaryMetric ?? result.metrics.first
  }

  var figures: [Figure] {
    let all: [Figure?] =
      [
        learning(metric?.name, title: metric?.title ?? ""),
        learning("loss", title: "loss"), layers, profile, layerChoice,
        rates, confusions, detection, settings, byLength,
      ]
    return all.compactMap { $0 } + byGroup + snapshots
  }

  // MARK: - Training

  private func learning(_ name: String?, title: String) -> Figure? {
    guard let name else { return nil }
    var styles: [String: Int] = [:]
    var lines: [LineChart.Line] = []
    let scale = metric?.unit == .fraction && name != "loss" ? 100.0 : 1
    for folder in kept.folders {
      for (split, points) in Scalars(folder: folder).splits(of: name)
      where points.count > 1 {
        let style = styles[split] ?? min(styles.count + 1, 5)
        styles[split] = style
        lines.append(
          LineChart.Line(
            name: kept.folders.count > 1 ? "\(split), each fold" : split,
            points: points.map { ($0.x, $0.y * scale) }, style: style))
      }
    }
    guard !lines.isEmpty else { return nil }
    let unit = name == "loss" ? "loss" : metric?.unit.symbol ?? ""
    return LineChart(
      title: "\(title) while training", lines: lines, xTitle: "step",
      yTitle: unit, mark: result.bestStep.map { (Double($0), "chosen") }
    ).figure
  }

  private var rates: Figure? {
    guard let curve = result.learningRates else { return nil }
    let points = curve.points.compactMap { point in
      point.value.map { (x: log10(point.rate), y: $0) }
    }
    return LineChart(
      title: "learning rates tried",
      lines: [
        .init(
          name: "\(curve.split) \(curve.metric)", points: points, style: 1)
      ],
      xTitle: "log₁₀ of the rate", yTitle: curve.metric,
      mark: (log10(curve.chosen), "chosen")
    ).figure
  }

  /// What the head said of one utterance, at a few steps from the first to
  /// the last that were kept.
  private var snapshots: [Figure] {
    let most = 4
    guard let folder = kept.folders.first else { return [] }
    let all = TrainingSnapshot.all(inFolder: folder)
    let count = min(most, all.count)
    return (0..<count).compactMap { place in
      let snapshot =
        all[count > 1 ? place * (all.count - 1) / (count - 1) : 0]
      return snapshot.items.first.flatMap {
        SnapshotChart(step: snapshot.step, item: $0).figure
      }
    }
  }

  // MARK: - Layers

  private var layers: Figure? {
    guard let weights = LayerWeights(of: result, in: folder) else {
      return nil
    }
    let bars = weights.shares.enumerated().map { layer, share in
      let part = weights.parts.map { $0[layer] * 100 }
      return BarChart.Bar(
        label: String(layer), values: [share * 100] + (part.map { [$0] } ?? []),
        note: "layer \(layer): \(Markup.number(share * 100)) %"
          + (part.map { ", with the states' length \(Markup.number($0)) %" }
            ?? ""))
    }
    return BarChart(
      title: "layer weights, centre at "
        + Markup.number(weights.centre, digits: 3),
      names: weights.parts == nil
        ? [""] : ["softmax weight", "weight × mean norm of the states"],
      bars: bars, xTitle: "layer",
      yTitle: weights.parts == nil ? "softmax weight %" : "%"
    ).figure
  }

  private var profile: Figure? {
    LayerProfile.read(beside: folder, of: result).flatMap {
      ProfileCharts(profile: $0).figure
    }
  }

  private var layerChoice: Figure? {
    guard let choice = result.layerChoice, choice.values.count > 1 else {
      return nil
    }
    return LineChart(
      title: "each layer alone",
      lines: [
        .init(
          name: "\(choice.split) \(choice.metric)",
          points: choice.values.enumerated().map {
            (Double($0.offset), $0.element)
          }, style: 1)
      ], xTitle: "layer", yTitle: choice.metric,
      mark: (Double(choice.layer), "chosen")
    ).figure
  }

  // MARK: - Answers

  var confusion: Confusions? {
    guard let metric, metric.higherIsBetter,
      let answers = kept.answers(on: metric.split)
    else { return nil }
    return Confusions(answers.flatMap { $0 })
  }

  private var confusions: Figure? {
    confusion.flatMap {
      ConfusionChart(classes: $0.classes, counts: $0.counts).figure
    }
  }

  private var detection: Figure? {
    guard let metric else { return nil }
    if metric.name.hasPrefix("eer"), let trials = kept.trials(on: metric.split)
    {
      return DetectionChart(
        title: "detection error trade-off",
        targets: trials.filter(\.isTarget).map(\.score),
        others: trials.filter { !$0.isTarget }.map(\.score)
      ).figure
    }
    guard case .terms(let terms, _)? = ScoredAnswers(metric, of: kept)?.content
    else { return nil }
    return DetectionChart(
      title: "detection error trade-off, all queries together",
      targets: terms.flatMap(\.trials.targets),
      others: terms.flatMap(\.trials.others)
    ).figure
  }

  /// Errors of diarization by threshold, one line a width of the median.
  private var settings: Figure? {
    guard let metric, let text = kept.text("\(metric.split)_settings.csv")
    else { return nil }
    var widths: [(String, [(x: Double, y: Double)])] = []
    for row in text.split(separator: "\n").dropFirst() {
      let fields = row.split(separator: ",")
      let values = fields.compactMap { Double($0) }
      guard values.count == 6, values[2] > 0 else { continue }
      let errors = values[3] + values[4] + values[5]
      let point = (x: values[1], y: 100 * errors / values[2])
      let name = "median over \(fields[0])"
      if let known = widths.firstIndex(where: { $0.0 == name }) {
        widths[known].1.append(point)
      } else {
        widths.append((name, [point]))
      }
    }
    return LineChart(
      title: "errors by setting",
      lines: widths.prefix(5).enumerated().map {
        .init(
          name: $0.element.0, points: $0.element.1.sorted { $0.x < $1.x },
          style: $0.offset + 1)
      }, xTitle: "threshold", yTitle: "DER %"
    ).figure
  }

  private var counts: [ScoredAnswers.Count]? {
    guard let metric,
      case .counts(let counts)? = ScoredAnswers(metric, of: kept)?.content
    else { return nil }
    return counts
  }

  /// Errors by how long the truth is, in about equal parts of utterances.
  private var byLength: Figure? {
    guard let metric, !metric.higherIsBetter,
      let counts = counts?.filter({ $0.possible > 0 })
        .sorted(by: { $0.possible < $1.possible }), counts.count >= 8
    else { return nil }
    let parts = min(6, counts.count / 4)
    var bars: [BarChart.Bar] = []
    var start = 0
    for part in 1...parts {
      var end = counts.count * part / parts
      while end < counts.count, end > 0,
        counts[end].possible == counts[end - 1].possible
      { end += 1 }
      guard end > start else { continue }
      let group = counts[start..<end]
      let possible = group.reduce(0) { $0 + $1.possible }
      let rate = 100 * group.reduce(0) { $0 + $1.counted } / possible
      let low = Int(group.first?.possible ?? 0)
      let high = Int(group.last?.possible ?? 0)
      let label = low == high ? "\(low)" : "\(low)–\(high)"
      bars.append(
        .init(
          label: label, values: [rate],
          note: "\(label) tokens: \(Markup.number(rate)) % over \(group.count)"
            + " utterances"))
      start = end
    }
    guard bars.count > 1 else { return nil }
    return BarChart(
      title: "\(metric.title) by length", names: [""], bars: bars,
      xTitle: "tokens of the truth", yTitle: "%"
    ).figure
  }

  /// The ranking figure by speaker and by whatever else groups the answers.
  private var byGroup: [Figure] {
    guard let metric, let answers = ScoredAnswers(metric, of: kept) else {
      return []
    }
    let unit = metric.unit == .fraction ? 100.0 : 1
    return GroupFigures.all(of: answers).compactMap { division in
      let bars = division.groups.sorted { $0.value < $1.value }.map { group in
        let value = group.value * unit
        let interval = group.interval.map {
          ", 95 % \(Markup.number($0.low * unit))–"
            + Markup.number($0.high * unit)
        }
        return BarChart.Bar(
          label: group.name, values: [value],
          note: "\(group.name): \(Markup.number(value)) % over "
            + "\(group.utterances) utterances" + (interval ?? ""))
      }
      return BarChart(
        title: "\(metric.title) by \(division.key)", names: [""], bars: bars,
        xTitle: division.key, yTitle: "%"
      ).figure
    }
  }
}
