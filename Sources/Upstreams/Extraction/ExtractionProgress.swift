/// How far the computing of missing features has come.
public struct ExtractionProgress: Sendable, Equatable {
  public enum Phase: Sendable {
    /// The audio files are being identified.
    case identifying
    /// Missing features are being computed.
    case computing
  }

  public var phase: Phase
  /// Files or utterances that are done.
  public var done: Int
  /// Of so many.
  public var total: Int
  /// Seconds of audio that went through the upstream.
  public var audioSeconds: Double
  /// Since the phase began.
  public var elapsedSeconds: Double

  /// Seconds of audio a second: how many times faster than real time.
  public var speed: Double {
    elapsedSeconds > 0 ? audioSeconds / elapsedSeconds : 0
  }
}
