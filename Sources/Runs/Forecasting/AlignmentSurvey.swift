import Alignment
import Diagnostics
import Hosting
import Synchronization
import Tensors
import Training
import Upstreams

/// Counts the alignments that a task asks for, and claims to know them all,
/// so that none is made.
final class AlignmentSurvey: AlignmentMemory {
  /// One call of a task.
  struct Call {
    var settings: DTWSettings
    var dim: Int
    /// Frames of each.
    var queries: [Int]
    var documents: [Int]
  }

  private let found = Mutex<[Call]>([])

  /// The calls so far.
  var calls: [Call] { found.withLock { $0 } }

  func record(
    _ settings: DTWSettings, _ dim: Int, _ queries: any FrameSource,
    _ documents: any FrameSource
  ) throws -> any AlignmentRecord {
    func frames(_ source: any FrameSource) throws -> [Int] {
      try (0..<source.count).map { index in
        var count = 0
        try source.withFrames(of: index) { count = $0.count / max(1, dim) }
        return count
      }
    }
    let call = Call(
      settings: settings, dim: dim, queries: try frames(queries),
      documents: try frames(documents))
    found.withLock { $0.append(call) }
    return Known(count: queries.count)
  }

  private struct Known: AlignmentRecord {
    let count: Int

    func distances(toDocument index: Int) -> [Float]? {
      Array(repeating: 0, count: count)
    }
    func keep(_ distances: [Float], toDocument index: Int) {}
  }
}

extension AlignmentSurvey.Call {
  /// Utterances of each kind that are tried.
  private static let tried = 16

  /// Seconds that the call takes on so many threads, at the rate of a few
  /// pairs of its lengths.
  ///
  /// - Parameter scale: a survey's frame stands for so many.
  func seconds(threads: Int, scale: Int) throws -> Double {
    func some(_ frames: [Int]) -> [Int] {
      let count = min(Self.tried, frames.count)
      return (0..<count).map { frames[$0 * frames.count / count] * scale }
    }
    guard !queries.isEmpty, !documents.isEmpty else { return 0 }
    let rate = try AlignmentThroughput.measure(
      queries: some(queries), documents: some(documents), dim: dim,
      settings: settings, threads: threads, rounds: 1)
    let cells =
      Double(queries.reduce(0, +) * scale)
      * Double(documents.reduce(0, +) * scale)
    return cells / max(rate.cellsPerSecond, 1)
  }
}

extension ExperimentSession {
  /// A survey's frame stands for so many: a corpus's would fill the memory.
  private static let surveyScale = 10

  /// Seconds that the task will spend on alignments of these splits, each
  /// listed as often as it will be evaluated.
  ///
  /// The expert is shown frames that say nothing, and `survey`, which it was
  /// made with, learns what it asks for.
  func alignmentSeconds(
    _ splits: [String], survey: AlignmentSurvey
  ) throws -> Double {
    var seconds: [String: Double] = [:]
    for split in Set(splits) {
      let before = survey.calls.count
      try engine.evaluating { try show(split) }
      seconds[split] = try survey.calls[before...].reduce(0) {
        $0
          + (try $1.seconds(
            threads: experiment.threads, scale: Self.surveyScale))
      }
    }
    return splits.reduce(0) { $0 + (seconds[$1] ?? 0) }
  }

  /// Has the expert see frames that say nothing, in place of the split's.
  private func show(_ split: String) throws {
    let pass = ExpertPass.evaluation(of: split)
    let loader = try feed.batches(for: pass)
    for index in 0..<loader.count {
      let batch = try loader.batch(index)
      defer { engine.endStep() }
      let (frames, offsets) = try blank(batch.items.map(\.span))
      _ = try expert.forward(
        batch, in: pass, frames: frames, offsets: offsets)
    }
    // What figures come of such frames is nobody's business.
    _ = try? expert.records(of: pass)
  }

  private func blank(
    _ spans: [AudioSpan]
  ) throws -> (Node, offsets: [Int64]) {
    let upstream = upstream.description
    var offsets: [Int64] = [0]
    for span in spans {
      let frames = try span.seconds() * 16_000 / upstream.samplesPerFrame
      offsets.append(
        offsets[offsets.count - 1]
          + max(1, Int64(frames / Double(Self.surveyScale))))
    }
    let rows = Int(offsets[spans.count])
    return (
      try engine.constant(
        repeatElement(0, count: rows * upstream.dimension),
        shape: [rows, upstream.dimension]), offsets
    )
  }
}
