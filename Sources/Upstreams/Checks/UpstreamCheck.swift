import Diagnostics
import Files
import Foundation
import Speech

/// What an upstream is found to do, before anything is run with it.
package struct UpstreamCheck: Sendable, Codable, Equatable {
  package var upstream: String
  package var layers, dimension: Int
  /// Samples at 16 kHz from one frame to the next, as it says, and as its
  /// frames of two lengths of audio tell.
  package var samplesPerFrame, measuredSamplesPerFrame: Double
  /// Samples at 16 kHz of the shortest audio that it took.
  package var shortest: Int?
  /// Whether the same audio gave the same bits when it came again.
  package var isDeterministic: Bool
  /// Whether audio gave the same bits alone and in a pass with others; where
  /// it takes no more than one at a time, before and after others.
  package var isSameInCompany: Bool
  /// Seconds of audio in a second, on one thread and on all.
  package var speed, speedOnAllThreads: Double
  package var threads: Int
  /// Bytes of its states in single precision, of a second of audio.
  package var bytesPerSecond: Int
  /// What breaks a promise.
  package var problems: [String]
}

extension UpstreamCheck {
  /// Runs the upstream on some seconds of noise.
  ///
  /// - Parameter seconds: of each utterance that the speed on all threads is
  ///   measured with.
  /// - Throws: `UserError` if it does not run at all.
  package init(
    _ upstream: any Upstream, threads: Int, seconds: Int = 1
  ) throws {
    let description = upstream.description
    self.upstream = description.name
    self.threads = max(1, threads)
    (layers, dimension) = (description.layers, description.dimension)
    samplesPerFrame = description.samplesPerFrame
    problems = []
    let second = Self.noise(description.rate)
    let long = Self.noise(3 * description.rate)

    // The first pays for what is done once.
    let first = try upstream.hiddenStates(of: second)
    let start = ContinuousClock.now
    let ofLong = try upstream.hiddenStates(of: long)
    speed = 3 / max(1e-9, start.secondsUntilNow)
    let again = try upstream.hiddenStates(of: second)
    isDeterministic = first == again
    isSameInCompany = try Self.isSameInCompany(upstream, second, first)

    let gained = ofLong.frames - first.frames
    measuredSamplesPerFrame =
      gained > 0 ? Double(2 * speechSampleRate) / Double(gained) : 0
    bytesPerSecond = Int(
      Double(speechSampleRate) / max(1, samplesPerFrame)
        * Double(layers * dimension * MemoryLayout<Float>.size))
    shortest = [16, 160, 400, 640, 800, 1600, 3200, 8000].first {
      (try? upstream.hiddenStates(of: Self.noise(description.heard($0))).frames)
        .map { $0 > 0 } ?? false
    }
    speedOnAllThreads = try Self.speed(
      upstream, Self.noise(min(max(1, seconds), 3600) * description.rate),
      threads: self.threads)
    problems = findProblems(first, ofLong)
  }

  /// Any noise will do, as long as no two lengths are of the same.
  private static func noise(_ count: Int) -> [Float] {
    var state = UInt32(truncatingIfNeeded: count)
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 24) * 0.2 - 0.1
    }
  }

  private static func isSameInCompany(
    _ upstream: any Upstream, _ samples: [Float], _ alone: HiddenStates
  ) throws -> Bool {
    let others = [8000, 20000, 4000].map(noise)
    if let group = upstream as? any GroupUpstream {
      let company = [others[0], samples, others[1], others[2]]
      return try group.hiddenStates(ofEach: company)[1] == alone
    }
    for other in others { _ = try upstream.hiddenStates(of: other) }
    return try upstream.hiddenStates(of: samples) == alone
  }

  private static func speed(
    _ upstream: any Upstream, _ samples: [Float], threads: Int
  ) throws -> Double {
    let count = 2 * threads
    let start = ContinuousClock.now
    try ParallelWork.run(
      count: count, threads: threads, tick: {}, isCancelled: { false },
      context: {},
      work: { _, _ in
        _ = try upstream.hiddenStates(of: samples)
        return .done
      })
    return Double(count * samples.count)
      / Double(upstream.description.rate)
      / max(1e-9, start.secondsUntilNow)
  }

  private func findProblems(
    _ second: HiddenStates, _ long: HiddenStates
  ) -> [String] {
    var found: [String] = []
    for states in [second, long]
    where states.layers != layers || states.dimension != dimension {
      found.append(
        "it gave \(states.layers) states of \(states.dimension), and promises "
          + "\(layers) of \(dimension)")
    }
    if !(second.isFinite && long.isFinite) {
      found.append("it gave values that are not finite")
    }
    if abs(measuredSamplesPerFrame - samplesPerFrame) > 0.05 * samplesPerFrame {
      found.append(
        "it promises \(samplesPerFrame) samples a frame, and its frames come "
          + "every \(measuredSamplesPerFrame)")
    }
    if !isDeterministic {
      found.append("the same audio gave other numbers when it came again")
    }
    if !isSameInCompany {
      found.append("what it gives depends on the audio that it has had before")
    }
    return found
  }
}
