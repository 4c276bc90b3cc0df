import Records

/// What layers tell without a head, drawn.
struct ProfileCharts {
  var profile: LayerProfile

  /// One curve for each figure; bars where there is but one layer.
  var figure: Figure? {
    guard profile.layers.count > 1 else { return bars }
    var lines = LayerProfile.Figures.columns.enumerated().map { index, column in
      LineChart.Line(
        name: column.title,
        points: profile.layers.enumerated().compactMap { layer, figures in
          figures[keyPath: column.1].map { (Double(layer), $0 * 100) }
        }, style: index + 1)
    }
    if let sum = profile.sum?.neighbours {
      let last = Double(profile.layers.count - 1)
      lines.append(
        LineChart.Line(
          name: profile.isLearned
            ? "kNN of the weighted sum" : "kNN of the layers' mean",
          points: [(0, sum * 100), (last, sum * 100)], style: 5))
    }
    return LineChart(
      title: title, lines: lines.filter { !$0.points.isEmpty },
      xTitle: "layer", yTitle: "%", mark: (Double(profile.best), "best")
    ).figure
  }

  private var title: String {
    "without training, \(profile.classes) classes on \(profile.split)"
      + (profile.limit.map { ", at most \($0) utterances" } ?? "")
  }

  private var bars: Figure? {
    guard let only = profile.layers.first else { return nil }
    let bars = LayerProfile.Figures.columns.compactMap { column in
      only[keyPath: column.1].map { share in
        BarChart.Bar(
          label: column.title, values: [share * 100],
          note: "\(column.title): \(Markup.number(share * 100)) %")
      }
    }
    return BarChart(
      title: title, names: [""], bars: bars, xTitle: "the only layer",
      yTitle: "%"
    ).figure
  }

  /// A task's profiles over the steps of one pre-training: by the best layer
  /// of each.
  static func series(
    _ profiles: [(step: Int, profile: LayerProfile)]
  ) -> Figure? {
    let lines = LayerProfile.Figures.columns.enumerated().map { index, column in
      LineChart.Line(
        name: column.title,
        points: profiles.compactMap { step, profile in
          profile.layers[profile.best][keyPath: column.1].map {
            (Double(step), $0 * 100)
          }
        }, style: index + 1)
    }
    return LineChart(
      title: "\(profiles.first?.profile.task ?? ""), the best layer of each",
      lines: lines.filter { !$0.points.isEmpty }, xTitle: "step", yTitle: "%"
    ).figure
  }
}
