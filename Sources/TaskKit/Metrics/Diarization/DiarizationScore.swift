/// The parts of a diarization error rate, in seconds or frames of speaker
/// time: two people at once count twice.
public struct DiarizationScore: Equatable, Sendable {
  /// The reference's speaker time.
  public var speech: Double
  /// Reference speakers for whom no system speaker was there.
  public var missed: Double
  /// System speakers for whom no reference speaker was there.
  public var falseAlarm: Double
  /// Someone was there on both sides, but not the same person.
  public var confusion: Double

  /// All in one unit, seconds or frames.
  public init(
    speech: Double = 0, missed: Double = 0, falseAlarm: Double = 0,
    confusion: Double = 0
  ) {
    self.speech = speech
    self.missed = missed
    self.falseAlarm = falseAlarm
    self.confusion = confusion
  }

  /// What is wrong in any way.
  public var errors: Double { missed + falseAlarm + confusion }

  /// As a fraction of the speech; may exceed 1. Nil without any speech.
  public var errorRate: Double? { speech > 0 ? errors / speech : nil }

  /// Adds the times of another score of the same unit.
  public static func += (
    total: inout DiarizationScore, more: DiarizationScore
  ) {
    total.speech += more.speech
    total.missed += more.missed
    total.falseAlarm += more.falseAlarm
    total.confusion += more.confusion
  }

  /// Counts `time` during which `reference` and `system` speakers talk,
  /// `matched` of whom are the same.
  mutating func add(
    _ time: Double, reference: Int, system: Int, matched: Int
  ) {
    speech += time * Double(reference)
    missed += time * Double(max(reference - system, 0))
    falseAlarm += time * Double(max(system - reference, 0))
    confusion += time * Double(min(reference, system) - matched)
  }
}
