/// Diarization scored frame by frame during training, where the columns of
/// the labels and of the predictions already belong together: the pairing is
/// that of the loss.
public struct FrameDiarizationScore: Equatable, Sendable {
  /// In frames of speaker time.
  public private(set) var score = DiarizationScore()
  /// Frames times speakers, and how many of these were right.
  public private(set) var decisions = 0
  /// How many of the decisions were right.
  public private(set) var correct = 0

  /// Nothing is counted yet.
  public init() {}

  /// Counts frames.
  ///
  /// - Parameters:
  ///   - reference: frames × speakers, row after row.
  ///   - system: Likewise, its columns in the reference's order.
  ///   - speakers: How many columns there are.
  /// - Throws: ``MetricError`` if the shapes disagree.
  public mutating func add(
    reference: [Bool], system: [Bool], speakers: Int
  ) throws(MetricError) {
    guard speakers > 0, reference.count == system.count,
      reference.count.isMultiple(of: speakers)
    else {
      throw MetricError(
        "\(reference.count) labels and \(system.count) decisions do not make"
          + " frames of \(speakers) speakers")
    }
    for start in stride(from: 0, to: reference.count, by: speakers) {
      var counts = (reference: 0, system: 0, matched: 0)
      for k in start..<start + speakers {
        counts.reference += reference[k] ? 1 : 0
        counts.system += system[k] ? 1 : 0
        counts.matched += reference[k] && system[k] ? 1 : 0
        correct += reference[k] == system[k] ? 1 : 0
      }
      score.add(
        1, reference: counts.reference, system: counts.system,
        matched: counts.matched)
    }
    decisions += reference.count
  }

  /// The share of right decisions. The protocol's figures are 0 where nobody
  /// speaks at all.
  public var accuracy: Double {
    score.speech > 0 ? Double(correct) / Double(decisions) : 0
  }

  /// (missed + false alarms + confused) / speaker frames; 0 without speech.
  public var errorRate: Double { score.errorRate ?? 0 }
}
