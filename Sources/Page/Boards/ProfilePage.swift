import Records

/// Profiles of layers as one file that fetches nothing.
package struct ProfilePage {
  private let profiles: [LayerProfile]
  private let steps: [String: Int]?

  /// - Parameter steps: of each upstream in one pre-training, if they are
  ///   such.
  package init(_ profiles: [LayerProfile], steps: [String: Int]? = nil) {
    self.profiles = profiles
    self.steps = steps
  }

  package var html: String {
    var body = "<header><h1>superb probe</h1></header>\n"
    if let steps { body += series(steps) }
    for profile in ordered {
      let name = Markup.escaped("\(profile.upstream) · \(profile.task)")
      body +=
        "<details class=\"cell\"\(steps == nil ? " open" : "")>"
        + "<summary>\(name)</summary>\n<div class=\"charts\">"
        + (ProfileCharts(profile: profile).figure?.html ?? "")
        + "</div>\n" + table(profile) + "</details>\n"
    }
    return PageFrame.text(body: body, title: "superb probe")
  }

  private var ordered: [LayerProfile] {
    guard let steps else { return profiles }
    return profiles.sorted {
      steps[$0.upstream] ?? 0 < steps[$1.upstream] ?? 0
    }
  }

  private func series(_ steps: [String: Int]) -> String {
    let tasks = Set(profiles.map(\.task)).sorted()
    let figures = tasks.compactMap { task in
      ProfileCharts.series(
        ordered.filter { $0.task == task }.compactMap { profile in
          steps[profile.upstream].map { ($0, profile) }
        })
    }
    return "<div class=\"charts\">" + figures.map(\.html).joined() + "</div>\n"
  }

  private func table(_ profile: LayerProfile) -> String {
    func row(_ name: String, _ figures: LayerProfile.Figures) -> [String] {
      [name]
        + LayerProfile.Figures.columns.map {
          figures[keyPath: $0.1].map { Markup.number($0 * 100) } ?? "–"
        } + [Markup.number(figures.meanNorm)]
    }
    var rows = profile.layers.enumerated().map { row("\($0)", $1) }
    if let sum = profile.sum {
      rows.append(row(profile.isLearned ? "weighted sum" : "mean", sum))
    }
    return Markup.table(
      ["layer"] + LayerProfile.Figures.columns.map { $0.title + " %" }
        + ["mean norm"], rows)
  }
}
