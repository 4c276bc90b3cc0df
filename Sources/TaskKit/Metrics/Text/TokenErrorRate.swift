/// What an error rate counts.
public enum TokenUnit: String, Sendable, CaseIterable {
  /// Words, phones, units: runs without white space.
  case words
  /// What lies between single spaces, nothing dropped: an empty text is one
  /// empty token, and two spaces have one between them. The reference
  /// implementation counts phones and slot-filling words like this.
  case spaceSeparated
  /// Unicode scalars, spaces among them.
  case characters
}

/// An error rate over a corpus: Σ edits / Σ reference length.
///
/// With ``TokenUnit/words`` it is the word error rate and, of texts whose
/// words are phones or units, PER and UER; with ``TokenUnit/characters`` it is
/// the character error rate.
public struct TokenErrorRate: Equatable, Sendable {
  /// What is counted.
  public let unit: TokenUnit
  /// Added up over utterances.
  public private(set) var counts = EditCounts()
  /// How many were counted.
  public private(set) var utterances = 0

  /// Nothing is counted yet.
  public init(_ unit: TokenUnit) { self.unit = unit }

  /// Counts one utterance. Tokens are equal if their code points are.
  public mutating func add(hypothesis: String, reference: String) {
    counts += Self.counts(unit, hypothesis: hypothesis, reference: reference)
    utterances += 1
  }

  /// As a fraction; above 1 where insertions abound. Nil if no reference had
  /// a token, because then there is nothing to divide by.
  public var rate: Double? {
    counts.referenceLength == 0
      ? nil : Double(counts.edits) / Double(counts.referenceLength)
  }

  /// In percent, or `value` without any reference token. The protocol's
  /// speech recognition says 100 there, however much was recognised.
  public func percent(ifNoReference value: Double) -> Double {
    rate.map { 100 * $0 } ?? value
  }

  /// The edits between two texts.
  public static func counts(
    _ unit: TokenUnit, hypothesis: String, reference: String
  ) -> EditCounts {
    switch unit {
    case .characters:
      EditAlignment(
        hypothesis: Array(hypothesis.unicodeScalars),
        reference: Array(reference.unicodeScalars)
      ).counts
    case .words, .spaceSeparated:
      EditAlignment(
        hypothesis: unit.tokens(of: hypothesis),
        reference: unit.tokens(of: reference)
      ).counts
    }
  }

  /// The number of edits between two texts, without their kinds.
  static func edits(
    _ unit: TokenUnit, hypothesis: String, reference: String
  ) -> Int {
    unit == .characters
      ? EditDistance.between(
        Array(hypothesis.unicodeScalars), Array(reference.unicodeScalars))
      : EditDistance.between(
        unit.tokens(of: hypothesis), unit.tokens(of: reference))
  }
}

extension TokenUnit {
  /// The words of a text as bytes: unlike strings, these are equal only if
  /// their code points are.
  func tokens(of text: String) -> [[UInt8]] {
    switch self {
    case .spaceSeparated:
      text.utf8
        .split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        .map(Array.init)
    case .words:
      text.unicodeScalars
        .split(whereSeparator: \.properties.isWhitespace)
        .map { Array(Substring($0).utf8) }
    case .characters:
      text.unicodeScalars.map { Array(String($0).utf8) }
    }
  }

  /// How many tokens a text has.
  func count(of text: String) -> Int {
    self == .characters
      ? text.unicodeScalars.count : tokens(of: text).count
  }
}
