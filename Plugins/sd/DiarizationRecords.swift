import TaskKit

/// What is gathered of one split between two reports.
final class DiarizationRecords: Codable {
  private(set) var losses: [Double] = []
  /// One figure a batch.
  private var accuracies: [Double] = []
  private var errorRates: [Double] = []
  /// Probabilities by chunk.
  private var probabilities: [Int: [Float]] = [:]

  /// Keeps a batch: its frames' score with the columns already matched, and
  /// for each chunk its probabilities, frames × speakers.
  func add(
    loss: Double, score: FrameDiarizationScore, chunks: [Int: [Float]]
  ) {
    losses.append(loss)
    accuracies.append(score.accuracy)
    errorRates.append(score.errorRate)
    probabilities.merge(chunks) { $1 }
  }

  /// Means over batches, each counting alike whatever its length.
  var accuracy: Double { Self.mean(accuracies) }
  var errorRate: Double { Self.mean(errorRates) }
  var loss: Double { Self.mean(losses) }

  /// The recordings all of whose chunks were heard.
  func activities(
    of split: ChunkedSplit, speakers: Int, frameShift: Double
  ) throws -> [SpeakerActivity] {
    try split.ranges.enumerated().compactMap { index, range in
      let parts = range.compactMap { probabilities[$0] }
      guard !parts.isEmpty, parts.count == range.count else { return nil }
      return try SpeakerActivity(
        recording: split.directory.recordings[index].name,
        probabilities: parts.flatMap { $0 }, speakers: speakers,
        frameShift: frameShift)
    }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}
