import Diagnostics
import Testing

@testable import Upstreams

struct NoiseUpstreamTests {
  let samples = (0..<160_000).map { Float($0 % 17) / 17 }

  @Test func isStandardNormal() throws {
    let values = try NoiseUpstream().hiddenStates(of: samples).values
      .map(Double.init)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + $1 * $1 } / count - mean * mean
    #expect(count == 80_000)
    #expect(abs(mean) < 0.015)
    #expect(abs(variance - 1) < 0.02)
    let beyond = values.filter { $0.magnitude > 1.959964 }
    #expect(abs(Double(beyond.count) / count - 0.05) < 0.004)
  }

  @Test func isTheSameForTheSameAudioOnly() throws {
    let upstream = NoiseUpstream()
    let first = try upstream.hiddenStates(of: samples)
    #expect(try upstream.hiddenStates(of: samples) == first)
    var changed = samples
    changed[99] = -0.5
    #expect(try upstream.hiddenStates(of: changed) != first)
  }

  @Test func audioWithoutAFrameIsRefused() {
    #expect(throws: UserError.self) {
      try NoiseUpstream().hiddenStates(of: [Float](repeating: 0, count: 80))
    }
  }
}
