import ArgumentParser
import Diagnostics
import TaskKit

/// `superb score der`.
struct ScoreDER: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "der",
    abstract: "Diarization error rate.",
    discussion: """
      Both files are RTTM. Without --uem a recording is scored from the first
      to the last speech that either file has, as dscore does it.
      """)

  @OptionGroup var files: HypothesisAndReference

  @Option(help: "Where to score: lines 'recording channel start end'.")
  var uem: String?

  @Option(
    help: "Seconds around the edges of reference turns not to be scored.")
  var collar = 0.0

  @Flag(help: "Do not score where several reference speakers talk.")
  var ignoreOverlaps = false

  @Flag(
    help: """
      A recording that one file lacks has no speech there, instead of being \
      an error.
      """)
  var missingIsSilence = false

  func run() throws {
    var scored = files.files
    scored.paths[.regions] = uem
    let system = try scored.read(.hypothesis) { try RTTM.parse($0) }
    let reference = try scored.read(.reference) { try RTTM.parse($0) }
    var regions: ScoringRegions?
    if uem != nil {
      regions = try scored.read(.regions) { try ScoringRegions(parsing: $0) }
    }
    if !missingIsSilence {
      try checkRecordings(reference, system, regions)
    }
    let report = try scored.located {
      try DiarizationErrorRate(
        collar: collar, ignoresOverlaps: ignoreOverlaps
      ).report(reference: reference, system: system, regions: regions)
    }
    guard report.overall.errorRate != nil else {
      throw UserError(
        "no speech is left to be scored: the error rate is undefined",
        at: files.reference)
    }
    try printScore(Output(report))
  }
  /// Recordings that not all files have: a misspelt name would otherwise be
  /// scored as one missed and one invented recording.
  private func checkRecordings(
    _ reference: [SpeakerTurn], _ system: [SpeakerTurn],
    _ regions: ScoringRegions?
  ) throws {
    let truth = Set(reference.map(\.recording))
    let answers = Set(system.map(\.recording))
    let fix = "if it has no speech there, add --missing-is-silence"
    if let name = truth.subtracting(answers).min() {
      throw UserError(
        "no turn is in the recording '\(name)' of the reference",
        at: files.hypothesis, fix: fix)
    }
    if let name = answers.subtracting(truth).min() {
      throw UserError(
        "no turn is in the recording '\(name)' of the system's file",
        at: files.reference, fix: fix)
    }
    if let regions, let uem,
      let name = Set(regions.regions.keys).subtracting(truth).min()
    {
      throw UserError(
        "the recording '\(name)' is in neither RTTM file", at: uem, fix: fix)
    }
  }
}

/// What is printed: the overall figures, and each recording's.
private struct Output: Encodable {
  struct Parts: Encodable {
    var score: DiarizationScore

    private enum CodingKeys: CodingKey {
      case der, speech, missed, falseAlarm, confusion
    }

    /// The rate is null for a recording without reference speech.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(score.errorRate, forKey: .der)
      try container.encode(score.speech, forKey: .speech)
      try container.encode(score.missed, forKey: .missed)
      try container.encode(score.falseAlarm, forKey: .falseAlarm)
      try container.encode(score.confusion, forKey: .confusion)
    }
  }

  struct Recording: Encodable {
    var recording: String
    var score: Parts
    /// Reference and system speakers who were taken for the same.
    var speakers: [[String]]
  }

  var overall: Parts
  var recordings: [Recording]

  private enum CodingKeys: CodingKey { case recordings }

  init(_ report: DiarizationErrorRate.Report) {
    overall = Parts(score: report.overall)
    recordings = report.recordings.map { recording in
      Recording(
        recording: recording.name, score: Parts(score: recording.score),
        speakers: recording.speakers.sorted { $0.key < $1.key }
          .map { [$0.key, $0.value] })
    }
  }

  func encode(to encoder: any Encoder) throws {
    try overall.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(recordings, forKey: .recordings)
  }
}
