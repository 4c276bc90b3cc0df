import Foundation
import Testing

@testable import Speech

@Suite struct ResamplerTests {
  @Test func agreesWithSoX() throws {
    let effects = try Fixtures.json("sox.json", as: Fixtures.Effects.self)
    let expected = try Fixtures.floats("sox.f32")
    #expect(effects.resampled.count == 4)
    for fixture in effects.resampled {
      let output = try Resampler.resample(
        Fixtures.waveform(fixture.recipe), from: fixture.rate,
        to: speechSampleRate)
      #expect(output.count == fixture.count, "\(fixture.rate) Hz")
      var worst: Float = 0
      for index in 0..<min(output.count, fixture.count) {
        worst = max(
          worst, abs(output[index] - expected[fixture.offset + index]))
      }
      let isWhole =
        speechSampleRate % fixture.rate == 0
        || fixture.rate % speechSampleRate == 0
      #expect(worst < (isWhole ? 1e-7 : 2e-3), "\(fixture.rate) Hz")
    }
  }

  @Test(arguments: [8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000])
  func aToneKeepsItsFrequencyAndLevel(rate: Int) throws {
    let output = try Resampler.resample(
      tone(1_000, rate: rate, count: rate), from: rate, to: speechSampleRate)
    let expected = tone(1_000, rate: speechSampleRate, count: output.count)
    // The ends ring.
    let worst = (1_000..<15_000).map { abs(output[$0] - expected[$0]) }.max()
    #expect(try #require(worst) < 1e-4)
  }

  @Test func theLengthIsTheRoundedRatio() throws {
    for rate in [8_000, 11_025, 22_050, 44_100, 48_000, 767_999] {
      for count in [1, 2, 3, 7, 160, 441, 1_000, 4_567] {
        let output = try Resampler.resample(
          [Float](repeating: 0.25, count: count), from: rate,
          to: speechSampleRate)
        let ratio = Double(count) * 16_000 / Double(rate)
        #expect(output.count == Int(ratio.rounded()), "\(count) at \(rate)")
      }
    }
  }
}
