import Foundation
import Models

/// A pretrained model of base size, each utterance on one core.
public enum ModelMeasurement {
  /// What `superb bench` prints.
  public struct Line: Encodable, Sendable {
    public var name = "model"
    public var shape: String
    public var threads: Int
    /// For all utterances.
    public var seconds: Double
    public var timesRealTime: Double
    public var gflops: Double
    public var sgemmGflops: Double
    public var shareOfSgemm: Double
    /// The most memory that the process has had so far, weights included.
    public var peakBytes: Int

    enum CodingKeys: String, CodingKey {
      case name, shape, threads, seconds, gflops
      case timesRealTime = "times_real_time"
      case sgemmGflops = "sgemm_gflops"
      case shareOfSgemm = "share_of_sgemm"
      case peakBytes = "peak_bytes"
    }
  }

  /// Utterances of 1, 4 and 15 s on one core, then lengths between 2 and 15 s
  /// on all of `threads`, the longest first.
  public static func run(
    threads: Int, rounds: Int = 5, emit: (Line) throws -> Void
  ) throws {
    let configuration = ModelConfiguration.base
    let model = try SpeechModels.noise(configuration)
    func measure(
      _ name: String, _ utterances: [Double], threads: Int
    ) throws {
      let found = try ModelThroughput.measure(
        model, configuration: configuration, utterances: utterances,
        threads: threads, rounds: rounds)
      try emit(
        Line(
          shape: "wav2vec2 base, \(name)", threads: threads,
          seconds: found.seconds, timesRealTime: found.timesRealTime,
          gflops: found.gigaflops, sgemmGflops: found.sgemmGigaflops,
          shareOfSgemm: found.shareOfSgemm, peakBytes: peakBytes()))
    }
    for seconds in [1, 4, 15] {
      try measure("\(seconds) s", [Double(seconds)], threads: 1)
    }
    let mixed = (0..<14).map { Double(15 - $0) }
    try measure("14 utterances of 2-15 s", mixed, threads: threads)
  }

  private static func peakBytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    // Linux counts in kibibytes.
    return usage.ru_maxrss * 1024
  }
}
