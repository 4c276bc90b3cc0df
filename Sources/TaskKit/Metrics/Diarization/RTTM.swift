import Foundation

/// NIST's rich transcription time marks, as far as they say who speaks when:
/// lines `SPEAKER recording 1 start duration <NA> <NA> speaker <NA> [<NA>]`.
public enum RTTM {
  /// Reads a whole file. `SPKR-INFO` lines and comments, `;;…`, are passed
  /// over.
  ///
  /// - Throws: ``MetricError`` with the line, if it is of another type, has
  ///   not 9 or 10 fields, a start below 0, a duration that is not above 0, or
  ///   another channel than the recording had before; or if there is no turn.
  public static func parse(
    _ text: String
  ) throws(MetricError) -> [SpeakerTurn] {
    var turns: [SpeakerTurn] = []
    var channels: [Substring: Substring] = [:]
    for (number, line) in TextLines(text) {
      let fields = line.fields
      let type = fields.first ?? ""
      if type == "SPKR-INFO" || type.hasPrefix(";;") { continue }
      guard type == "SPEAKER" else {
        throw MetricError(
          fields.isEmpty
            ? "the line is empty" : "the line's type '\(type)' is not SPEAKER",
          line: number)
      }
      guard fields.count == 9 || fields.count == 10 else {
        throw MetricError(
          "\(fields.count) fields where a turn has 9 or 10", line: number,
          fix: "lines are: SPEAKER recording 1 start duration <NA> <NA>"
            + " speaker <NA>")
      }
      guard let start = fields[3].decimal, start >= 0 else {
        throw MetricError(
          "the start '\(fields[3])' is not a time in seconds", line: number)
      }
      guard let duration = fields[4].decimal, duration > 0,
        start + duration > start, (start + duration).isFinite
      else {
        throw MetricError(
          "the duration '\(fields[4])' is not above 0", line: number)
      }
      let channel = channels[fields[1], default: fields[2]]
      channels[fields[1]] = channel
      guard channel == fields[2] else {
        throw MetricError(
          "the recording was on channel \(channel), now it is on \(fields[2])",
          line: number, fix: "give each channel a recording name of its own")
      }
      turns.append(
        SpeakerTurn(
          recording: String(fields[1]), speaker: String(fields[7]),
          start: start, end: start + duration))
    }
    if turns.isEmpty { throw MetricError("there is no speaker turn") }
    return turns
  }

  /// Writes turns with starts and durations rounded to `decimals`, as the
  /// protocol does to 10 ms. A turn whose duration is rounded to 0 is left
  /// out: no reader of the format takes it.
  public static func format(
    _ turns: [SpeakerTurn], decimals: Int = 2
  ) -> String {
    turns.reduce(into: "") { text, turn in
      let duration = fixed(turn.span.end - turn.span.start, decimals)
      guard (Double(duration) ?? 0) > 0 else { return }
      text +=
        "SPEAKER \(turn.recording) 1 \(fixed(turn.span.start, decimals))"
        + " \(duration) <NA> <NA> \(turn.speaker) <NA>\n"
    }
  }

  /// Correctly rounded: a tie of the binary value goes to the even digit.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(max(decimals, 0))f", value)
  }
}
