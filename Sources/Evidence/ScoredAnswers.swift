import Records
import Statistics

/// The answers that a metric is made of, in a form that can be drawn from.
///
/// They are believed only if they give the figure that was reported.
package struct ScoredAnswers: Sendable {
  /// What one utterance adds to a ratio of sums.
  package struct Count: Sendable {
    package var id: String
    /// The fold, from 0.
    package var stratum: Int
    package var counted: Double
    package var possible: Double
    var attributes: [String: String]?
  }

  package struct Term: Sendable {
    package var id: String
    package var trials: TermValueFigure.Term
    /// Accepted by the system's own decisions.
    var found = 0
    var alarms = 0

    /// By these decisions.
    func worth(beta: Double) -> Double {
      Double(found) / Double(trials.targetCount)
        - (alarms == 0 ? 0 : beta * Double(alarms) / Double(trials.otherCount))
    }
  }

  package enum Content: Sendable {
    case counts([Count])
    case trials([VerificationTrial])
    case terms([Term], beta: Double)
  }

  package var metric: ExperimentResult.Metric
  package var content: Content
  /// The reported figure of 1 of what is counted: 100 for percent.
  package var scale: Double

  /// Whom the figure is drawn over.
  package struct Drawing: Sendable {
    package var figure: any ResampledFigure
    /// `speakers`, `utterances`, `trials` or `queries`.
    package var unit: String
    package var groups: Int
    /// Why it is not over speakers, where it could have been.
    package var remark: String?
  }

  /// Fewer speakers do not tell how speakers differ.
  package static let fewestSpeakers = 10

  /// Every answer's own name, in the order of the drawing.
  package var ids: [String] {
    switch content {
    case .counts(let counts): counts.map { "\($0.stratum) \($0.id)" }
    case .trials(let trials): trials.map(\.name)
    case .terms(let terms, _): terms.map(\.id)
    }
  }

  /// The same answers in the order of `ids`; nil unless they are the same.
  package func ordered(as ids: [String]) -> ScoredAnswers? {
    let own = self.ids
    guard own != ids else { return self }
    guard own.count == ids.count else { return nil }
    let places = Dictionary(
      zip(own, own.indices), uniquingKeysWith: { first, _ in first })
    let order = ids.compactMap { places[$0] }
    guard order.count == ids.count, Set(order).count == order.count else {
      return nil
    }
    var copy = self
    switch content {
    case .counts(let counts): copy.content = .counts(order.map { counts[$0] })
    case .trials(let trials): copy.content = .trials(order.map { trials[$0] })
    case .terms(let terms, let beta):
      copy.content = .terms(order.map { terms[$0] }, beta: beta)
    }
    return copy
  }

  package var drawing: Drawing {
    switch content {
    case .counts(let counts):
      metric.name.hasPrefix("atwv")
        ? Drawing(
          figure: Self.ratio(counts, keys: counts.map(\.id), strata: 1),
          unit: "queries", groups: counts.count) : draw(counts)
    case .trials(let trials): draw(trials)
    case .terms(let terms, let beta):
      Drawing(
        figure: TermValueFigure(terms: terms.map(\.trials), beta: beta),
        unit: "queries", groups: terms.count)
    }
  }

  private func draw(_ counts: [Count]) -> Drawing {
    let strata = (counts.map(\.stratum).max() ?? 0) + 1
    let speakers = counts.map {
      Speakers.speaker(of: $0.id, attributes: $0.attributes)
    }
    let named = speakers.compactMap { $0 }
    var sizes = [Set<String>](repeating: [], count: strata)
    for (count, speaker) in zip(counts, speakers) {
      if let speaker { sizes[count.stratum].insert(speaker) }
    }
    // What has no speaker, as silence, is a group of its own.
    let isTold = Double(named.count) > 0.5 * Double(counts.count)
    let isEnough = sizes.allSatisfy { $0.count >= Self.fewestSpeakers }
    let keys = zip(counts, speakers).map { count, speaker in
      isTold && isEnough ? speaker ?? "\u{0}" + count.id : count.id
    }
    let figure = Self.ratio(counts, keys: keys, strata: strata)
    let spoken = Set(named).count
    return Drawing(
      figure: figure, unit: isTold && isEnough ? "speakers" : "utterances",
      groups: figure.groups,
      remark: isTold && !isEnough
        ? "\(spoken) speakers are too few to draw from: the interval is that "
          + "of other utterances of theirs, not of other speakers" : nil)
  }

  private static func ratio(
    _ counts: [Count], keys: [String], strata: Int
  ) -> RatioFigure {
    var counted: [Double] = []
    var possible: [Double] = []
    var sizes: [Int] = []
    for stratum in 0..<strata {
      var places: [String: Int] = [:]
      for (count, key) in zip(counts, keys) where count.stratum == stratum {
        if let place = places[key] {
          counted[place] += count.counted
          possible[place] += count.possible
        } else {
          places[key] = counted.count
          counted.append(count.counted)
          possible.append(count.possible)
        }
      }
      sizes.append(places.count)
    }
    return RatioFigure(counted: counted, possible: possible, strata: sizes)
  }

  private func draw(_ trials: [VerificationTrial]) -> Drawing {
    var places: [String: Int] = [:]
    func place(_ name: String) -> Int {
      if let known = places[name] { return known }
      places[name] = places.count
      return places.count - 1
    }
    let sides = trials.compactMap { Speakers.speakers(ofTrial: $0.name) }
    let speakers = Set(sides.flatMap { [$0.0, $0.1] }).count
    let isEnough =
      sides.count == trials.count && speakers >= Self.fewestSpeakers
    let made = trials.enumerated().map { index, trial in
      EqualErrorFigure.Trial(
        score: trial.score, isTarget: trial.isTarget,
        groups: isEnough
          ? (place(sides[index].0), place(sides[index].1)) : (index, index))
    }
    let groups = isEnough ? places.count : trials.count
    return Drawing(
      figure: EqualErrorFigure(trials: made, groups: groups),
      unit: isEnough ? "speakers" : "trials", groups: groups,
      remark: sides.isEmpty || isEnough
        ? nil
        : "\(speakers) speakers are too few to draw from: the interval is that "
          + "of other trials of theirs, not of other speakers")
  }
}
