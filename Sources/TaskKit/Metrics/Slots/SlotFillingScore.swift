/// The metrics of slot filling over decoded texts with markers. Each
/// utterance is added; then all figures can be read.
public struct SlotFillingScore: Equatable, Sendable {
  /// How many were counted.
  public private(set) var utterances = 0
  /// Over the slots of the reference: how far their values are off.
  public private(set) var valueCharacters = TokenErrorRate(.characters)
  /// Over the slots of the reference: how far their values' words are off.
  public private(set) var valueWords = TokenErrorRate(.spaceSeparated)
  /// Over whole texts, markers included.
  public private(set) var textCharacters = TokenErrorRate(.characters)
  /// Over whole texts, in words, markers included.
  public private(set) var textWords = TokenErrorRate(.spaceSeparated)

  private var typeF1Sum = 0.0
  /// Reference slots whose value the hypothesis has for that type.
  private var found = 0
  /// Reference slots whose type the hypothesis has, with other values.
  private var altered = 0
  /// Reference slots whose type the hypothesis lacks.
  private var lost = 0
  /// Hypothesis slots of types that the reference lacks.
  private var invented = 0

  /// Nothing is counted yet.
  public init() {}

  /// Counts one utterance. Markers of other slots inside a slot's value are
  /// taken out of the hypothesis, but not out of the reference.
  public mutating func add(hypothesis: String, reference: String) {
    utterances += 1
    textCharacters.add(hypothesis: hypothesis, reference: reference)
    textWords.add(hypothesis: hypothesis, reference: reference)

    let meant = SlotSpan.all(in: reference)
    let heard = SlotSpan.all(in: hypothesis).map(\.withoutNestedMarkers)
    let values = Dictionary(grouping: heard, by: \.type)
      .mapValues { $0.map(\.value) }
    let types = Set(meant.map(\.type))
    typeF1Sum += Self.typeF1(reference: types, hypothesis: Set(values.keys))
    invented += heard.count { !types.contains($0.type) }

    for slot in meant {
      let candidates = values[slot.type]
      if let candidates {
        let isFound = candidates.contains {
          $0.utf8.elementsEqual(slot.value.utf8)
        }
        if isFound { found += 1 } else { altered += 1 }
      } else {
        lost += 1
      }
      valueCharacters.add(nearest(candidates, to: slot.value, .characters))
      valueWords.add(nearest(candidates, to: slot.value, .spaceSeparated))
    }
  }

  private static func typeF1(
    reference: Set<String>, hypothesis: Set<String>
  ) -> Double {
    if reference.isEmpty && hypothesis.isEmpty { return 1 }
    // 2PR/(P + R) with P = shared/hypothesis and R = shared/reference.
    let shared = Double(reference.intersection(hypothesis).count)
    return 2 * shared / Double(reference.count + hypothesis.count)
  }

  /// The value with the lowest error rate, the first of equals, beside the
  /// reference's. None counts as an empty text, and so does one that is off
  /// by a hundred times the reference's length.
  private func nearest(
    _ candidates: [String]?, to value: String, _ unit: TokenUnit
  ) -> (hypothesis: String, reference: String) {
    var best = ""
    var fewest = 100 * unit.count(of: value)
    for candidate in candidates ?? [] {
      let edits = TokenErrorRate.edits(
        unit, hypothesis: candidate, reference: value)
      if edits < fewest {
        fewest = edits
        best = candidate
      }
    }
    return (best, value)
  }
}

extension SlotFillingScore {
  /// How well the types of slots were found, whatever their values: the mean
  /// over utterances of the F1 between the sets of types, 0 … 1. It is 1 for
  /// an utterance without slots on either side. Nil without utterances.
  public var typeF1: Double? {
    utterances == 0 ? nil : typeF1Sum / Double(utterances)
  }

  /// Character error rate of the reference slots' values, as a fraction: each
  /// against the nearest value that the hypothesis has for that type, or
  /// against an empty text. Slots that only the hypothesis has cost nothing.
  /// Nil if the reference has no slot.
  public var valueCER: Double? { valueCharacters.rate }

  /// Word error rate of the reference slots' values, as a fraction: each
  /// against the nearest value that the hypothesis has for that type, or
  /// against an empty text. Nil if the reference has no slot.
  public var valueWER: Double? { valueWords.rate }

  /// F1 of exact values in percent, 0 … 100: a slot is right, or wrong, which
  /// is both a miss and a false alarm, or lost, which is a miss; and a slot of
  /// a type that the reference lacks is a false alarm. Nil without any slot.
  public var editF1Full: Double? { Self.f1(editCountsFull) }

  /// F1 of exact values in percent, 0 … 100, over slots of types that the
  /// reference has: those of other types are no false alarms here. Nil without
  /// any slot.
  public var editF1Part: Double? { Self.f1(editCountsPart) }

  /// What ``editF1Full`` is the ratio of: both add up over utterances.
  public var editCountsFull: (counted: Int, possible: Int) {
    editCounts(falseAlarms: altered + invented)
  }

  /// What ``editF1Part`` is the ratio of: both add up over utterances.
  public var editCountsPart: (counted: Int, possible: Int) {
    editCounts(falseAlarms: altered)
  }

  private func editCounts(
    falseAlarms: Int
  ) -> (counted: Int, possible: Int) {
    (2 * found, 2 * found + falseAlarms + altered + lost)
  }

  private static func f1(_ counts: (counted: Int, possible: Int)) -> Double? {
    counts.possible == 0
      ? nil : 100 * Double(counts.counted) / Double(counts.possible)
  }
}

extension TokenErrorRate {
  fileprivate mutating func add(
    _ pair: (hypothesis: String, reference: String)
  ) {
    add(hypothesis: pair.hypothesis, reference: pair.reference)
  }
}
