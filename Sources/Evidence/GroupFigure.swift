import Records
import Statistics

/// A figure of some of a split's answers: of one speaker, of women, of what
/// else is known of utterances.
package struct GroupFigure: Codable, Equatable, Sendable {
  /// What the groups differ in: `gender`.
  package var attribute: String
  /// `F`; empty for answers of which it is not known.
  package var group: String
  package var split: String
  package var metric: String
  package var value: Double
  /// Utterances, or trials.
  package var count: Int
}

extension ScoredAnswers {
  /// The figure of every group, in the order of names; of trials those alone
  /// count whose two sides are of one group. Nil where the figure is no sum
  /// over utterances or trials.
  package func figures(
    by attribute: String, _ table: AttributeTable?
  ) -> [GroupFigure]? {
    func group(_ id: String, _ own: [String: String]?) -> String {
      let speaker = Speakers.speaker(of: id, attributes: own)
      return own?[attribute] ?? (attribute == "speaker" ? speaker : nil)
        ?? table?.value(of: attribute, id: id, speaker: speaker)
        ?? Speakers.known(attribute, of: id) ?? ""
    }
    func made(
      _ content: Content, _ name: String, _ count: Int
    ) -> GroupFigure? {
      var part = self
      part.content = content
      guard let value = part.drawing.figure.value, value.isFinite else {
        return nil
      }
      return GroupFigure(
        attribute: attribute, group: name, split: metric.split,
        metric: metric.name, value: value * scale, count: count)
    }
    switch content {
    case .terms: return nil
    case .counts(let counts):
      return Dictionary(grouping: counts) { group($0.id, $0.attributes) }
        .sorted { $0.key < $1.key }
        .compactMap { name, part in
          made(.counts(part), name, part.count)
        }
    case .trials(let trials):
      let sides = trials.map { trial -> String? in
        guard let (one, two) = Speakers.speakers(ofTrial: trial.name) else {
          return ""
        }
        func side(_ speaker: String) -> String {
          attribute == "speaker"
            ? speaker
            : table?.value(of: attribute, id: speaker, speaker: speaker) ?? ""
        }
        return side(one) == side(two) ? side(one) : nil
      }
      return Dictionary(grouping: zip(sides, trials).filter { $0.0 != nil }) {
        $0.0 ?? ""
      }
      .sorted { $0.key < $1.key }
      .compactMap { name, part in
        made(.trials(part.map(\.1)), name, part.count)
      }
    }
  }
}
