import Foundation
import Testing

@testable import DemoCorpora

struct BandTests {
  /// Gain in dB at that frequency, after the filter has settled.
  private func gain(_ band: Band, at hertz: Double) -> Double {
    var samples = (0..<8000).map {
      Float(sin(2 * Double.pi * hertz * Double($0) / 16_000))
    }
    band.apply(to: &samples, rate: 16_000)
    let settled = Array(samples.dropFirst(4000))
    return 20 * log10(Level.rms(settled) * 2.0.squareRoot())
  }

  @Test func peakLiftsItsCentreAndLeavesTheRest() {
    let band = Band.peak(1000, gain: 6, width: 1)
    #expect(abs(gain(band, at: 1000) - 6) < 0.1)
    #expect(abs(gain(band, at: 7500)) < 0.2)
  }

  @Test func tiltLiftsTheHighsAndLeavesTheLows() {
    #expect(abs(gain(.tilt(6), at: 7500) - 6) < 0.3)
    #expect(abs(gain(.tilt(6), at: 100)) < 0.3)
    #expect(abs(gain(.tilt(0), at: 3000)) < 0.01)
  }

  @Test func passesAreThreeDecibelsDownAtTheirCorner() {
    #expect(abs(gain(.highPass(500), at: 500) + 3) < 0.1)
    #expect(abs(gain(.lowPass(500), at: 500) + 3) < 0.1)
    #expect(gain(.highPass(500), at: 100) < -20)
    #expect(gain(.lowPass(500), at: 4000) < -20)
  }
}
