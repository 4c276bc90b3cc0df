import Testing

@testable import Upstreams

struct PseudoWaveformsTests {
  /// What PyTorch 2.15 draws.
  @Test func theyAreThoseThatPyTorchDraws() throws {
    let waveforms = PseudoWaveforms.make()
    #expect(waveforms.map(\.count) == [43670, 28623])
    let first: [Float] = [-1.1258398, -1.1523602, -0.25057858]
    let last: [Float] = [-1.2285604, 1.7349179]
    func near(_ a: some Sequence<Float>, _ b: [Float]) -> Bool {
      zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 }
    }
    #expect(near(waveforms[0].prefix(3), first))
    #expect(near(waveforms[0].suffix(2), last))
    #expect(near(waveforms[1].prefix(3), [1.1032463, -1.0143667, -0.23370904]))
    let sums = waveforms.map { $0.reduce(0.0) { $0 + Double($1) } }
    #expect(abs(sums[0] + 381.17707) < 0.01)
    #expect(abs(sums[1] + 157.93646) < 0.01)
  }

  /// The generator's first number from its usual seed, as its authors and
  /// C++'s standard library have it.
  @Test func theGeneratorIsTheKnownOne() {
    var twister = MersenneTwister(seed: 5489)
    #expect(twister.draw() == 3_499_211_612)
    for _ in 1..<9999 { _ = twister.draw() }
    #expect(twister.draw() == 4_123_659_995)
  }
}
