import Diagnostics
import Files
import Foundation
import Speech

/// What the computing of hidden states will take, told before it starts.
package struct ExtractionForecast: Sendable, Equatable {
  package var utterances: Int
  /// Seconds of audio that are to go through the upstream.
  package var audioSeconds: Double
  /// Bytes that are to be written to the disk.
  package var bytes: Int
  /// Seconds that it will take, if that was tried.
  package var seconds: Double?

  /// For people: `3.2 h of audio, 12.0 GB, about 20 min`.
  package var summary: String {
    let parts = [
      "\(ExtractionProgress.text(seconds: audioSeconds)) of audio",
      Self.text(bytes: bytes),
    ]
    let time = seconds.map { ["about \(ExtractionProgress.text(seconds: $0))"] }
    return (parts + (time ?? [])).joined(separator: ", ")
  }

  /// - Parameter folder: what will be written to.
  /// - Throws: `UserError` if it is not there, or if its disk has not the
  ///   room.
  package func checkRoom(in folder: String) throws {
    guard let free = DiskSpace.free(in: folder) else {
      throw UserError(
        "there is no such folder to write to", at: folder,
        fix: "make it, or name another")
    }
    guard bytes <= free else {
      throw UserError(
        "the hidden states take \(Self.text(bytes: bytes)), and there is room "
          + "for \(Self.text(bytes: free))", at: folder,
        fix: "make room on that disk, choose another, or take fewer "
          + "utterances or one layer alone")
    }
  }

  /// Bytes for people: `1.2 GB`.
  package static func text(bytes: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 999.5, unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    let digits = unit == 0 || value >= 99.5 ? "%.0f " : "%.1f "
    return String(format: digits, value) + units[unit]
  }
}

extension CheckedUpstream {
  /// Less audio than this is sooner done than tried.
  private static let worthATrial = 120.0
  private static let trialSeconds = 2

  /// Seconds that so much audio will take on so many threads, from a trial on
  /// noise with all of them; nil if the trial is not worth its time, or if
  /// the upstream does not run.
  func expectedSeconds(
    of audioSeconds: Double, threads: Int, isCancelled: () -> Bool
  ) -> Double? {
    guard audioSeconds >= Self.worthATrial, !(upstream is any FileUpstream)
    else { return nil }
    // Any noise will do: speed does not depend on it, nor anything else.
    var state: UInt32 = 1
    let noise = (0..<Self.trialSeconds * description.rate).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 24) * 0.2 - 0.1
    }
    func trial() throws -> Double {
      let start = ContinuousClock.now
      try ParallelWork.run(
        count: threads, threads: threads, tick: {}, isCancelled: isCancelled,
        context: {},
        work: { [upstream] _, _ in
          _ = try upstream.hiddenStates(of: noise)
          return .done
        })
      return start.secondsUntilNow
    }
    // The first one pays for what is only done once. A class that dislikes
    // noise is no reason to refuse it speech.
    guard (try? trial()) != nil, let taken = try? trial() else { return nil }
    return audioSeconds * taken / Double(threads * Self.trialSeconds)
  }

  /// Bytes of the states of so much audio.
  ///
  /// - Parameter precision: of a value.
  func expectedBytes(
    ofSeconds seconds: Double, layers: Int? = nil,
    precision: FeaturePrecision = .float32
  ) -> Int {
    let frames =
      seconds * Double(speechSampleRate)
      / description.samplesPerFrame
    let values =
      frames.rounded(.down)
      * Double(description.dimension * (layers ?? description.layers))
    // A damaged header may promise any length.
    return Int(min(max(0, values), 1e12)) * precision.byteCount
  }
}
