import Statistics

/// Detection error trade-off: misses over false alarms on normal deviates'
/// axes, on which the scores of normal distributions make a straight line.
struct DetectionChart {
  var title: String
  /// The highest threshold first.
  var points: [(falseAlarm: Double, miss: Double)]

  init(title: String, targets: [Double], others: [Double]) {
    self.title = title
    let scores =
      (targets.map { ($0, true) } + others.map { ($0, false) })
      .sorted { $0.0 > $1.0 }
    var (falses, trues) = (0, 0)
    points = []
    for (index, score) in scores.enumerated() {
      if score.1 { trues += 1 } else { falses += 1 }
      if index + 1 < scores.count, scores[index + 1].0 == score.0 { continue }
      points.append(
        (
          Double(falses) / Double(others.count),
          1 - Double(trues) / Double(targets.count)
        ))
    }
  }

  var figure: Figure? {
    guard points.count > 2 else { return nil }
    let (left, right, top, bottom) = (56.0, 448.0, 20.0, 188.0)
    let shares = [0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8]
    func deviate(_ share: Double) -> Double {
      NormalDistribution.quantile(min(max(share, 0.0005), 0.9))
    }
    let ticks = shares.map {
      (value: deviate($0), text: Markup.number($0 * 100))
    }
    let range = deviate(0)...deviate(1)
    let x = Axis(range, from: left, to: right, ticks: ticks)
    let y = Axis(range, from: bottom, to: top, ticks: ticks)
    var content = LineChart.frame(
      x, y, xTitle: "false alarms %", yTitle: "misses %")
    content +=
      "<path class=\"mark\" d=\"M\(left) \(bottom)L\(right) \(top)\"/>"
    var path = ""
    var last = ""
    for point in points {
      let place =
        Markup.place(x.place(deviate(point.falseAlarm))) + " "
        + Markup.place(y.place(deviate(point.miss)))
      guard place != last else { continue }
      path += (path.isEmpty ? "M" : "L") + place
      last = place
    }
    content += "<path class=\"line s1\" d=\"\(path)\"/>"
    let equal = points.min {
      abs($0.falseAlarm - $0.miss) < abs($1.falseAlarm - $1.miss)
    }
    if let equal {
      content +=
        "<circle class=\"dot s2\" "
        + "cx=\"\(Markup.place(x.place(deviate(equal.falseAlarm))))\" "
        + "cy=\"\(Markup.place(y.place(deviate(equal.miss))))\" r=\"4\"/>"
    }
    return Figure(
      title: title,
      description: "\(title): misses over false alarms, "
        + (equal.map {
          "nearest to equal at \(Markup.number($0.falseAlarm * 100)) % and "
            + "\(Markup.number($0.miss * 100)) %"
        } ?? ""),
      content: content,
      legend: [(1, "this system"), (2, "as many misses as false alarms")])
  }
}
