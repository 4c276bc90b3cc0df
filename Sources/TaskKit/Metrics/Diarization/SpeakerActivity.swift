/// How likely each of a recording's speakers talks in each frame.
public struct SpeakerActivity: Equatable, Sendable {
  /// The name of the recording.
  public var recording: String
  /// frames × speakers, row after row, between 0 and 1.
  public var probabilities: [Float]
  /// How many columns a frame has.
  public var speakers: Int
  /// Seconds from frame to frame: frame shift / sampling rate.
  public var frameShift: Double

  /// - Throws: ``MetricError`` if the probabilities are not whole frames or
  ///   the frame shift is not above 0.
  public init(
    recording: String, probabilities: [Float], speakers: Int,
    frameShift: Double
  ) throws(MetricError) {
    guard speakers > 0, probabilities.count.isMultiple(of: speakers) else {
      throw MetricError(
        "\(probabilities.count) probabilities do not make frames of"
          + " \(speakers) speakers", in: .hypothesis)
    }
    guard frameShift > 0, frameShift.isFinite else {
      throw MetricError(
        "the frame shift \(frameShift) is not above 0", in: .hypothesis)
    }
    self.recording = recording
    self.probabilities = probabilities
    self.speakers = speakers
    self.frameShift = frameShift
  }

  /// The turns of speakers `recording_0`, `recording_1`, …: one for each run
  /// of frames that are strictly above the threshold after the filter. Starts
  /// and durations are rounded to 10 ms, as in the protocol's RTTM files.
  ///
  /// - Parameters:
  ///   - threshold: Compared in single precision.
  ///   - medianWidth: Odd; 1 does not filter.
  /// - Throws: ``MetricError`` for an even or negative width.
  public func turns(
    threshold: Float, medianWidth: Int
  ) throws(MetricError) -> [SpeakerTurn] {
    let frames = probabilities.count / speakers
    var turns: [SpeakerTurn] = []
    for speaker in 0..<speakers {
      let name = "\(recording)_\(speaker)"
      let raw = (0..<frames).map {
        probabilities[$0 * speakers + speaker] > threshold
      }
      let isActive = try Self.medianFilter(raw, width: medianWidth)
      var start: Int?
      for frame in 0...frames {
        let speaks = frame < frames && isActive[frame]
        if speaks, start == nil { start = frame }
        guard !speaks, let first = start else { continue }
        start = nil
        let onset = Self.rounded(Double(first) * frameShift)
        let duration = Self.rounded(Double(frame - first) * frameShift)
        if duration > 0 {
          turns.append(
            SpeakerTurn(
              recording: recording, speaker: name, start: onset,
              end: onset + duration))
        }
      }
    }
    return turns
  }

  /// As it would be read back from a file with two decimals.
  private static func rounded(_ seconds: Double) -> Double {
    Double(RTTM.fixed(seconds, 2)) ?? seconds
  }

  /// The majority of the `width` neighbours, with silence around the ends:
  /// SciPy's `medfilt` of zeros and ones.
  ///
  /// - Throws: ``MetricError`` for an even or negative width.
  public static func medianFilter(
    _ values: [Bool], width: Int
  ) throws(MetricError) -> [Bool] {
    guard width > 0, !width.isMultiple(of: 2) else {
      throw MetricError("the median filter's width \(width) is not odd")
    }
    let half = width / 2
    var sum = values.prefix(half).count { $0 }
    return values.indices.map { i in
      if i + half < values.count, values[i + half] { sum += 1 }
      if i - half - 1 >= 0, values[i - half - 1] { sum -= 1 }
      return sum > half
    }
  }
}
