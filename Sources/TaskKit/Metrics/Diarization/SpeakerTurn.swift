/// A stretch of time, in seconds.
public struct TimeSpan: Equatable, Hashable, Sendable {
  /// Seconds from the beginning of the recording.
  public var start: Double
  /// Seconds from the beginning of the recording, at least `start`.
  public var end: Double

  /// Both in seconds.
  public init(start: Double, end: Double) {
    self.start = start
    self.end = end
  }

  /// The part that lies within another span, if there is any.
  func clipped(to other: TimeSpan) -> TimeSpan? {
    let start = max(start, other.start)
    let end = min(end, other.end)
    return start < end ? TimeSpan(start: start, end: end) : nil
  }
}

/// Who speaks when, in one recording.
public struct SpeakerTurn: Equatable, Hashable, Sendable {
  /// The name of the recording.
  public var recording: String
  /// The name of who talks.
  public var speaker: String
  /// When, in seconds.
  public var span: TimeSpan

  /// - Parameters:
  ///   - start: In seconds from the beginning of the recording.
  ///   - end: Later than `start`.
  public init(
    recording: String, speaker: String, start: Double, end: Double
  ) {
    self.recording = recording
    self.speaker = speaker
    self.span = TimeSpan(start: start, end: end)
  }
}
