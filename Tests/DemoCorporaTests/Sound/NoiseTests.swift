import Testing

@testable import DemoCorpora

struct NoiseTests {
  @Test(arguments: Noise.allCases)
  func hasUnitLevelAndNoOffset(noise: Noise) {
    var draws = Draws(seed: 1, noise.rawValue)
    let samples = noise.samples(16_000, rate: 16_000, &draws)
    #expect(samples.count == 16_000)
    #expect(abs(Level.rms(samples) - 1) < 1e-3)
    #expect(abs(samples.reduce(0, +) / 16_000) < 0.3)
  }

  @Test func kindsDifferInTheirSpectra() {
    // Power of the first difference: the higher, the brighter.
    let brightness = Noise.allCases.map { noise in
      var draws = Draws(seed: 1, noise.rawValue)
      let samples = noise.samples(16_000, rate: 16_000, &draws)
      return Level.rms(zip(samples.dropFirst(), samples).map { $0 - $1 })
    }
    let byKind = Dictionary(
      uniqueKeysWithValues: zip(Noise.allCases, brightness))
    #expect(byKind[.white]! > byKind[.pink]! * 1.3)
    #expect(byKind[.pink]! > byKind[.brown]! * 1.3)
  }
}
