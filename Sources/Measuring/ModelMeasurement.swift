import Foundation
import Models

/// Hidden states of a pretrained model, each utterance on one core, short ones
/// several at a time.
package enum ModelMeasurement {
  /// What `superb bench` prints.
  package struct Line: Encodable, Sendable {
    package var name = "extract"
    package var shape: String
    package var threads: Int
    /// For all utterances.
    package var seconds: Double
    package var timesRealTime: Double
    package var gflops: Double
    package var sgemmGflops: Double
    package var shareOfSgemm: Double
    /// The most memory that the process has had so far, weights included.
    package var peakBytes: Int
  }

  private static let mixed = (
    name: "14 utterances of 2-15 s", lengths: (0..<14).map { Double(15 - $0) }
  )

  /// A model of base size: utterances of 1, 4 and 15 s, sixteen, four and two
  /// for each of `threads`, then lengths from 2 to 15 s, the longest first.
  package static func base(
    threads: Int, emit: (Line) throws -> Void
  ) throws {
    let alike = [1, 4, 15].map { seconds in
      (
        name: "\(seconds) s",
        lengths: [Double](
          repeating: Double(seconds), count: max(2, 16 / seconds) * threads)
      )
    }
    try measure(
      "base", .base, alike + [mixed], threads: threads, rounds: 3, emit)
  }

  /// A large one, which takes four times as long.
  package static func large(
    threads: Int, emit: (Line) throws -> Void
  ) throws {
    try measure("large", .large, [mixed], threads: threads, rounds: 1, emit)
  }

  private static func measure(
    _ size: String, _ configuration: ModelConfiguration,
    _ sets: [(name: String, lengths: [Double])], threads: Int, rounds: Int,
    _ emit: (Line) throws -> Void
  ) throws {
    let model = try SpeechModels.noise(configuration)
    for (name, lengths) in sets {
      let found = try ModelThroughput.measure(
        model, configuration: configuration, utterances: lengths,
        threads: threads, rounds: rounds)
      try emit(
        Line(
          shape: "wav2vec2 \(size), \(name)", threads: threads,
          seconds: found.seconds, timesRealTime: found.timesRealTime,
          gflops: found.gigaflops, sgemmGflops: found.sgemmGigaflops,
          shareOfSgemm: found.shareOfSgemm, peakBytes: peakBytes()))
    }
  }

  /// What `superb bench` prints of training.
  package struct TrainingLine: Encodable, Sendable {
    package var name = "finetune"
    package var shape: String
    package var threads: Int
    /// For a batch, forward and backward.
    package var seconds: Double
    package var timesRealTime: Double
    /// The most bytes of tensors at one time.
    package var peakBytes: Int
  }

  /// Gradients of a model of base size, for a batch of four utterances.
  package static func trainingLine(threads: Int) throws -> TrainingLine {
    let found = try TrainingThroughput.measure(
      .base, utterances: [4, 4, 4, 4], threads: threads, rounds: 3)
    return TrainingLine(
      shape: "wav2vec2 base, 4 utterances of 4 s", threads: threads,
      seconds: found.seconds, timesRealTime: found.timesRealTime,
      peakBytes: found.peakBytes)
  }

  private static func peakBytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    // Linux counts in kibibytes.
    return usage.ru_maxrss * 1024
  }
}
