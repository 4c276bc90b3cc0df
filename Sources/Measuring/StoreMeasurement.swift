import Diagnostics
import Files
import Foundation
import Speech
import Synchronization
import Upstreams

/// Spectral hidden states from FLAC files into a store, and what decoding the
/// files takes of it.
package enum StoreMeasurement {
  /// What `superb bench` prints.
  package struct Line: Encodable, Sendable {
    package var name = "store"
    package var shape: String
    package var threads: Int
    /// The median of the rounds.
    package var seconds: Double
    /// Seconds of audio in a second.
    package var timesRealTime: Double
  }

  private static let files = 360
  private static let rounds = 3

  package static func run(
    threads: Int, emit: (Line) throws -> Void
  ) throws {
    let scratch = try ScratchFolder("superb-store")
    defer { withExtendedLifetime(scratch) {} }
    // 4 to 16 s each, as speech and room noise are: FLAC keeps some ten bits
    // of a sample.
    let lengths = (0..<files).map { 4 + Double($0 * 7 % 25) / 2 }
    let paths = lengths.indices.map { "\(scratch.path)/\($0).flac" }
    for (path, seconds) in zip(paths, lengths) {
      let noise = NoiseTensors.audio(seconds: seconds)
      try AudioFile.write(
        noise.indices.map {
          0.02 * noise[$0] + 0.3 * sin(Float($0 % 160) / 160 * 2 * .pi)
        }, to: path, format: .flac16)
    }
    func line(_ shape: String, _ times: [Double]) -> Line {
      let seconds = times.sorted()[times.count / 2]
      return Line(
        shape: shape, threads: threads, seconds: seconds,
        timesRealTime: lengths.reduce(0, +) / seconds)
    }
    try emit(
      line(
        "decoding FLAC alone",
        try (0..<rounds).map { _ in
          try time { try decode(paths, threads: threads) }
        }))
    let spans = paths.map { AudioSpan(path: $0, chain: AudioChain()) }
    for name in SpectralFeatures.names {
      let times = try (0..<rounds).map { _ in
        let source = try FeatureSource(
          upstream: UpstreamRegistry.builtIn.make(name),
          store: FeatureStore(root: "\(scratch.path)/store"),
          view: FeatureView(),
          threads: threads)
        defer {
          try? FileManager.default.removeItem(
            atPath: "\(scratch.path)/store")
        }
        return try time { try source.prepare(spans) }
      }
      try emit(line(name, times))
    }
  }

  private static func time(_ work: () throws -> Void) rethrows -> Double {
    let began = ContinuousClock.now
    try work()
    return began.secondsUntilNow
  }

  private static func decode(_ paths: [String], threads: Int) throws {
    let next = Atomic(0)
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < paths.count else { return }
        do {
          _ = try AudioFile.read(paths[index])
        } catch {
          failure.withLock { $0 = error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
