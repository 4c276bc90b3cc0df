/// A recording cut wherever somebody starts or stops talking.
struct DiarizationTimeline {
  /// A stretch within the scoring regions during which nothing changes.
  struct Stretch {
    var duration: Double
    /// Who talks, as positions in the lists of speakers.
    var reference: [Int]
    var system: [Int]
    var isInCollar: Bool
  }

  /// By name, so that the order of the turns decides nothing.
  let referenceSpeakers: [String]
  let systemSpeakers: [String]
  private(set) var stretches: [Stretch] = []
  /// For each reference speaker, how long each system speaker talks at the
  /// same time within the scoring regions, collars included.
  private(set) var together: [[Double]]

  private enum Change {
    case reference(Int), system(Int), region, collar
  }

  init(
    reference: [SpeakerTurn], system: [SpeakerTurn], regions: [TimeSpan],
    collar: Double
  ) {
    let regions = Self.merged(regions)
    let truth = Self.turnsBySpeaker(reference, within: regions)
    let answer = Self.turnsBySpeaker(system, within: regions)
    referenceSpeakers = truth.map(\.speaker)
    systemSpeakers = answer.map(\.speaker)
    together = Array(
      repeating: Array(repeating: 0, count: answer.count), count: truth.count)

    var events: [(time: Double, change: Change, by: Int)] = []
    func mark(_ span: TimeSpan, _ change: Change) {
      events.append((span.start, change, 1))
      events.append((span.end, change, -1))
    }
    for region in regions { mark(region, .region) }
    for (index, entry) in answer.enumerated() {
      for span in entry.spans { mark(span, .system(index)) }
    }
    for (index, entry) in truth.enumerated() {
      for span in entry.spans {
        mark(span, .reference(index))
        for edge in [span.start, span.end] where collar > 0 {
          mark(
            TimeSpan(start: edge - collar, end: edge + collar), .collar)
        }
      }
    }
    events.sort { $0.time < $1.time }

    var talking = [Int](repeating: 0, count: truth.count)
    var answering = [Int](repeating: 0, count: answer.count)
    var inRegion = 0
    var inCollar = 0
    for (index, event) in events.enumerated() {
      switch event.change {
      case .reference(let speaker): talking[speaker] += event.by
      case .system(let speaker): answering[speaker] += event.by
      case .region: inRegion += event.by
      case .collar: inCollar += event.by
      }
      guard index + 1 < events.count, inRegion > 0 else { continue }
      let duration = events[index + 1].time - event.time
      guard duration > 0 else { continue }
      let stretch = Stretch(
        duration: duration,
        reference: talking.indices.filter { talking[$0] > 0 },
        system: answering.indices.filter { answering[$0] > 0 },
        isInCollar: inCollar > 0)
      for a in stretch.reference {
        for b in stretch.system { together[a][b] += duration }
      }
      stretches.append(stretch)
    }
  }

  /// Each speaker's turns, cut to the regions, overlapping ones made one.
  private static func turnsBySpeaker(
    _ turns: [SpeakerTurn], within regions: [TimeSpan]
  ) -> [(speaker: String, spans: [TimeSpan])] {
    Dictionary(grouping: turns, by: \.speaker)
      .map { speaker, turns in
        let spans = turns.flatMap { turn in
          regions.compactMap(turn.span.clipped(to:))
        }
        return (speaker, merged(spans))
      }
      .filter { !$0.1.isEmpty }
      .sorted { $0.0 < $1.0 }
  }

  /// Spans in order, overlapping ones made one. Spans that only touch stay
  /// apart: their common edge has a collar.
  private static func merged(_ spans: [TimeSpan]) -> [TimeSpan] {
    var result: [TimeSpan] = []
    for span in spans.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      if let last = result.last, span.start < last.end {
        result[result.count - 1].end = max(last.end, span.end)
      } else {
        result.append(span)
      }
    }
    return result
  }
}
