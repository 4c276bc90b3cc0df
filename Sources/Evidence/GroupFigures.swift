import Records
import Statistics

/// A figure by what its utterances have in common: speakers, or what the task
/// says of each, such as a gender.
package struct GroupFigures: Sendable {
  package struct Group: Sendable {
    package var name: String
    package var utterances: Int
    /// In the figure's unit.
    package var value: Double
    /// 95 %, over the group's utterances; nil where they are too few.
    package var interval: Interval?
  }

  /// What they have in common.
  package var key: String
  /// By name.
  package var groups: [Group]

  /// Every division of the answers into two groups or more; the speakers'
  /// first. Only figures that are ratios of sums have any.
  package static func all(
    of answers: ScoredAnswers, most: Int = 60
  ) -> [GroupFigures] {
    guard case .counts(let counts) = answers.content else { return [] }
    let keys = Set(counts.flatMap { ($0.attributes ?? [:]).keys })
      .subtracting([Speakers.key, Speakers.genderKey])
    return ([Speakers.key, Speakers.genderKey] + keys.sorted()).compactMap {
      key in
      GroupFigures(key, counts, scale: answers.scale)
    }
    .filter { (2...most).contains($0.groups.count) }
  }

  /// nil if some answer does not tell its group.
  private init?(
    _ key: String, _ counts: [ScoredAnswers.Count], scale: Double
  ) {
    self.key = key
    groups = []
    var members: [String: [ScoredAnswers.Count]] = [:]
    for count in counts {
      guard let name = Speakers.value(of: key, count) else { return nil }
      members[name, default: []].append(count)
    }
    for (name, counts) in members.sorted(by: { $0.key < $1.key }) {
      let figure = RatioFigure(
        counted: counts.map(\.counted), possible: counts.map(\.possible))
      guard let value = figure.value else { continue }
      groups.append(
        Group(
          name: name, utterances: counts.count, value: value * scale,
          interval: Bootstrap(resamples: 500).interval(of: figure).map {
            Interval(low: $0.low * scale, high: $0.high * scale)
          }))
    }
  }
}

extension Speakers {
  static let key = "speaker"
  static let genderKey = "gender"

  /// What an answer says of itself, or its id does.
  fileprivate static func value(
    of key: String, _ count: ScoredAnswers.Count
  ) -> String? {
    if let told = count.attributes?[key] { return told }
    switch key {
    case Self.key: return speaker(of: count.id, attributes: count.attributes)
    case genderKey:
      // IEMOCAP's speakers are Ses01F, Ses01M.
      guard count.id.hasPrefix("Ses"), let speaker = speaker(of: count.id)
      else { return nil }
      return speaker.last.map(String.init)
    default: return nil
    }
  }
}
