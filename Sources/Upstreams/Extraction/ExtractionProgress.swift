import Files
import Foundation

/// How far the computing of missing features has come.
package struct ExtractionProgress: Sendable, Equatable {
  package enum Phase: Sendable {
    /// The audio files are being identified.
    case identifying
    /// Missing features are being computed.
    case computing
  }

  package var phase: Phase
  /// Files or utterances that are done.
  package var done: Int
  /// Of so many.
  package var total: Int
  /// Seconds of audio that went through the upstream.
  package var audioSeconds: Double
  /// Since the phase began.
  package var elapsedSeconds: Double
  /// Until all is done, from the seconds of audio that are and are not done;
  /// nil before the first utterance is.
  package var secondsLeft: Double?

  /// Seconds of audio a second: how many times faster than real time.
  package var speed: Double {
    elapsedSeconds > 0 ? audioSeconds / elapsedSeconds : 0
  }

  /// For people: `45 × real time, 3 min left`.
  package var pace: String {
    let pace =
      String(format: speed < 10 ? "%.1f" : "%.0f", speed)
      + " × real time"
    return secondsLeft.map { "\(pace), \(Self.text(seconds: $0)) left" } ?? pace
  }

  /// A length of time for people, to two figures or so.
  package static func text(seconds: Double) -> String {
    switch seconds {
    case ..<99.5: return String(format: "%.0f s", seconds)
    case ..<5970: return String(format: "%.0f min", seconds / 60)
    case ..<360_000: return String(format: "%.1f h", seconds / 3600)
    default: return String(format: "%.1f days", seconds / 86_400)
    }
  }

  /// Of computing that began at `start`.
  ///
  /// - Parameters:
  ///   - audioSeconds: what went through the upstream, as ``audioSeconds``.
  ///   - doneAudio: the lengths of the utterances that are done, of `allAudio`.
  static func computing(
    since start: ContinuousClock.Instant, done: Int, of total: Int,
    audioSeconds: Double, doneAudio: Double, allAudio: Double
  ) -> ExtractionProgress {
    let elapsed = start.secondsUntilNow
    // What is left takes as long, second by second, as what is done.
    let left = max(0, allAudio - doneAudio) / doneAudio * elapsed
    return ExtractionProgress(
      phase: .computing, done: done, total: total, audioSeconds: audioSeconds,
      elapsedSeconds: elapsed, secondsLeft: doneAudio > 0 ? left : nil)
  }

  /// With so many more that were done before the phase began.
  func following(_ count: Int) -> ExtractionProgress {
    var progress = self
    progress.done += count
    progress.total += count
    return progress
  }
}
