/// A list of pairs of recordings with the knowledge whether one person speaks
/// in both.
public struct VerificationTrials: Equatable, Sendable {
  /// One pair.
  public struct Trial: Equatable, Sendable {
    /// Whether both are of one speaker.
    public var isTarget: Bool
    /// The two paths as the list has them.
    public var first: String
    /// The other recording, as the list names it.
    public var second: String
    /// Counted from 1.
    public var line: Int
  }

  /// In the order of the list.
  public let trials: [Trial]

  /// Reads lines `label path1 path2`, label 1 for the same speaker and 0 for
  /// different ones. A pair may be listed more than once, always with one
  /// label; it then counts as often.
  ///
  /// - Throws: ``MetricError`` with the line that is not like that, or for a
  ///   list without lines.
  public init(parsing text: String) throws(MetricError) {
    var trials: [Trial] = []
    var known: [String: Trial] = [:]
    for (number, line) in TextLines(text) {
      let fields = line.fields
      guard fields.count == 3 else {
        throw MetricError(
          "\(fields.count) fields where a trial has 3", in: .trials,
          line: number, fix: "lines are: label path1 path2")
      }
      guard fields[0] == "0" || fields[0] == "1" else {
        throw MetricError(
          "the label '\(fields[0])' is neither 0 nor 1", in: .trials,
          line: number)
      }
      let trial = Trial(
        isTarget: fields[0] == "1", first: String(fields[1]),
        second: String(fields[2]), line: number)
      let pair = "\(fields[1]) \(fields[2])"
      if let earlier = known.updateValue(trial, forKey: pair),
        earlier.isTarget != trial.isTarget
      {
        throw MetricError(
          "the pair has the other label on line \(earlier.line)", in: .trials,
          line: number)
      }
      trials.append(trial)
    }
    if trials.isEmpty { throw MetricError("the file is empty", in: .trials) }
    self.trials = trials
  }
}
