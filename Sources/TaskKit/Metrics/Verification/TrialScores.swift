/// Scores and labels side by side, ready for ``ROCCurve``.
public struct TrialScores: Equatable, Sendable {
  /// Higher where both sides are more alike, in the order they were added.
  public private(set) var scores: [Double] = []
  /// For each score, whether its trial is of one speaker.
  public private(set) var isTarget: [Bool] = []

  /// Reads lines `score label`, where a label is 1 or `target` for the same
  /// speaker, 0 or `nontarget` for different ones.
  ///
  /// - Throws: ``MetricError`` with the line that is not like that, or for a
  ///   file without lines.
  public init(parsing text: String) throws(MetricError) {
    for (number, line) in TextLines(text) {
      let fields = line.fields
      guard fields.count == 2 else {
        throw MetricError(
          "\(fields.count) fields where 2 are needed", in: .scores,
          line: number,
          fix: "without a list of trials, lines are: score label")
      }
      scores.append(try Self.score(fields[0], line: number))
      switch fields[1] {
      case "1", "target": isTarget.append(true)
      case "0", "nontarget": isTarget.append(false)
      default:
        throw MetricError(
          "the label '\(fields[1])' is none of 1, 0, target, nontarget",
          in: .scores, line: number)
      }
    }
    if scores.isEmpty {
      throw MetricError("the file is empty", in: .scores)
    }
  }

  /// Reads scores for a list of trials: lines `path1 path2 score` or
  /// `name1_name2 score`, where a name is a path without its extension and
  /// with `-` for `/`: `id10270/5r0dWxy17C8/00001.wav` is
  /// `id10270-5r0dWxy17C8-00001`.
  ///
  /// A pair that the list has n times needs one score, or n equal ones.
  ///
  /// - Throws: ``MetricError`` with the line of a score that is malformed, not
  ///   finite, given too often or for no trial, or of a trial without one.
  public init(
    parsing text: String, for list: VerificationTrials
  ) throws(MetricError) {
    let pairs = try Pairs(list.trials)
    var given: [Given?] = Array(repeating: nil, count: pairs.repeats.count)
    var isEmpty = true
    for (number, line) in TextLines(text) {
      isEmpty = false
      let fields = line.fields
      guard fields.count == 2 || fields.count == 3 else {
        throw MetricError(
          "\(fields.count) fields where a score has 2 or 3", in: .scores,
          line: number,
          fix: "lines are: name1_name2 score, or path1 path2 score")
      }
      let name = fields.dropLast().joined(separator: " ")
      guard let pair = pairs.named[name] else {
        throw MetricError(
          "'\(name)' is not in the list of trials", in: .scores, line: number)
      }
      let score = try Self.score(fields[fields.count - 1], line: number)
      guard let earlier = given[pair] else {
        given[pair] = Given(score: score, line: number, times: 1)
        continue
      }
      guard earlier.score == score, earlier.times < pairs.repeats[pair] else {
        throw MetricError(
          "'\(name)' already has a score on line \(earlier.line)",
          in: .scores, line: number)
      }
      given[pair]?.times += 1
    }
    if isEmpty { throw MetricError("the file is empty", in: .scores) }

    for (trial, pair) in zip(list.trials, pairs.ofTrial) {
      guard let found = given[pair] else {
        throw MetricError(
          "the trial '\(trial.first) \(trial.second)' has no score",
          in: .trials, line: trial.line, fix: "every trial needs one")
      }
      scores.append(found.score)
      isTarget.append(trial.isTarget)
    }
  }

  private struct Given {
    var score: Double
    var line: Int
    var times: Int
  }

  private static func score(
    _ field: Substring, line: Int
  ) throws(MetricError) -> Double {
    guard let value = field.decimal else {
      throw MetricError(
        "the score '\(field)' is not a finite number", in: .scores, line: line)
    }
    return value
  }
}

/// The different pairs of a list of trials and what they may be called.
private struct Pairs {
  /// For every trial its pair.
  var ofTrial: [Int] = []
  /// For every pair how often it is listed.
  var repeats: [Int] = []
  var named: [String: Int] = [:]

  init(_ trials: [VerificationTrials.Trial]) throws(MetricError) {
    for trial in trials {
      let paths = "\(trial.first) \(trial.second)"
      if let known = named[paths] {
        ofTrial.append(known)
        repeats[known] += 1
        continue
      }
      let pair = repeats.count
      ofTrial.append(pair)
      repeats.append(1)
      named[paths] = pair
      let name = Self.name(trial.first) + "_" + Self.name(trial.second)
      if let other = named.updateValue(pair, forKey: name), other != pair {
        throw MetricError(
          "another pair of the list is also called '\(name)'", in: .trials,
          line: trial.line)
      }
    }
  }

  /// A path without its extension, `-` for `/`.
  private static func name(_ path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    guard let file = parts.last else { return path }
    let stem = file.lastIndex(of: ".").map { file[..<$0] } ?? file
    return (parts.dropLast() + [stem.isEmpty ? file : stem])
      .joined(separator: "-")
  }
}
