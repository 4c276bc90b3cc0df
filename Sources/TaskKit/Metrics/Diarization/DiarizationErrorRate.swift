/// How diarization is scored against speaker turns, after NIST's md-eval 22
/// and dscore, which runs it.
///
/// Reference and system speakers of a recording are paired one to one so that
/// they talk together as long as possible; that is decided on the whole
/// scoring region, before collars and overlaps are taken out.
public struct DiarizationErrorRate: Equatable, Sendable {
  /// Seconds before and after each beginning and end of a reference turn that
  /// are not scored: as in md-eval a radius, not the whole width.
  public var collar: Double
  /// Whether stretches are left out in which several reference speakers talk.
  public var ignoresOverlaps: Bool

  /// The protocol's setting is the default: no collar, overlaps scored.
  public init(collar: Double = 0, ignoresOverlaps: Bool = false) {
    self.collar = collar
    self.ignoresOverlaps = ignoresOverlaps
  }

  /// The score of one recording.
  public struct Recording: Equatable, Sendable {
    /// As the turns call it.
    public var name: String
    /// In seconds of speaker time.
    public var score: DiarizationScore
    /// The system's name for each reference speaker who has one.
    public var speakers: [String: String]
  }

  /// The scores of a set of recordings.
  public struct Report: Equatable, Sendable {
    /// All recordings' times added up.
    public var overall: DiarizationScore
    /// By name.
    public var recordings: [Recording]
  }

  /// Scores all recordings that occur anywhere; one without a system turn is
  /// taken as silence to the system, one without a reference turn as silence.
  ///
  /// Turns of one speaker that overlap are one turn. Turns are cut to the
  /// scoring regions first.
  ///
  /// - Parameter regions: Where to score. Nil: each recording from the first
  ///   beginning to the last end of any turn, reference or system, as dscore
  ///   does, so that false alarms around the reference's speech count.
  ///   (md-eval on its own would take the reference's extent.)
  /// - Throws: ``MetricError`` for a negative collar, a turn that ends before
  ///   it begins, or a recording without regions where regions are given.
  public func report(
    reference: [SpeakerTurn], system: [SpeakerTurn],
    regions: ScoringRegions? = nil
  ) throws(MetricError) -> Report {
    guard collar >= 0, collar.isFinite else {
      throw MetricError("the collar \(collar) is not a time in seconds")
    }
    for (turns, source) in [
      (reference, MetricError.Source.reference), (system, .hypothesis),
    ] {
      if let bad = turns.first(where: { !($0.span.start < $0.span.end) }) {
        throw MetricError(
          "a turn of '\(bad.speaker)' in '\(bad.recording)' ends before it"
            + " begins", in: source)
      }
    }
    let truth = Dictionary(grouping: reference, by: \.recording)
    let answer = Dictionary(grouping: system, by: \.recording)
    var names = Set(truth.keys).union(answer.keys)
    if let regions { names.formUnion(regions.regions.keys) }

    var report = Report(overall: DiarizationScore(), recordings: [])
    for name in names.sorted() {
      let turns = (truth[name] ?? [], answer[name] ?? [])
      if let regions, regions.regions[name] == nil {
        throw MetricError(
          "the recording '\(name)' has no scoring region", in: .regions,
          fix: "add one, or take the recording out")
      }
      let timeline = DiarizationTimeline(
        reference: turns.0, system: turns.1,
        regions: regions?.regions[name] ?? Self.extent(turns.0 + turns.1),
        collar: collar)
      let recording = score(timeline, name: name)
      report.recordings.append(recording)
      report.overall += recording.score
    }
    return report
  }

  private static func extent(_ turns: [SpeakerTurn]) -> [TimeSpan] {
    let start = turns.map(\.span.start).min() ?? 0
    let end = turns.map(\.span.end).max() ?? 0
    return [TimeSpan(start: start, end: end)]
  }

  private func score(
    _ timeline: DiarizationTimeline, name: String
  ) -> Recording {
    let partner = OptimalAssignment.maximizing(timeline.together)
    var score = DiarizationScore()
    for stretch in timeline.stretches where !stretch.isInCollar {
      let talking = stretch.reference
      if ignoresOverlaps && talking.count > 1 { continue }
      let matched = talking.count { speaker in
        partner[speaker].map(stretch.system.contains) ?? false
      }
      score.add(
        stretch.duration, reference: talking.count,
        system: stretch.system.count, matched: matched)
    }
    var speakers: [String: String] = [:]
    for (speaker, partner) in partner.enumerated() {
      guard let partner, timeline.together[speaker][partner] > 0 else {
        continue
      }
      speakers[timeline.referenceSpeakers[speaker]] =
        timeline.systemSpeakers[partner]
    }
    return Recording(name: name, score: score, speakers: speakers)
  }
}
