import Foundation
import Testing

@testable import DemoCorpora

struct AudioTests {
  private func tone(_ hertz: Double, rate: Double, seconds: Double) -> [Float] {
    (0..<Int(rate * seconds)).map {
      Float(sin(2 * Double.pi * hertz * Double($0) / rate))
    }
  }

  @Test(arguments: [200.0, 1000, 5000])
  func resamplingKeepsATone(hertz: Double) {
    let result = Audio.resampled(
      tone(hertz, rate: 22_050, seconds: 0.3), from: 22_050, to: 16_000)
    let wanted = tone(hertz, rate: 16_000, seconds: 0.3)
    #expect(result.count == wanted.count)
    let error = zip(result, wanted).dropFirst(100).dropLast(100)
      .map { $0 - $1 }
    #expect(Level.rms(error) < 0.01)
  }

  @Test func resamplingRemovesWhatTheNewRateCannotHold() {
    let result = Audio.resampled(
      tone(10_000, rate: 22_050, seconds: 0.3), from: 22_050, to: 16_000)
    #expect(Level.rms(Array(result.dropFirst(100).dropLast(100))) < 0.01)
  }

  @Test func resamplingOfNothingIsNothing() {
    #expect(Audio.resampled([], from: 22_050, to: 16_000).isEmpty)
  }
}
