import Diagnostics
import Hosting
import TaskABI
import Testing
import Upstreams

/// Positions in a task's audio count 1/rate seconds, and become samples of the
/// upstream.
@Suite struct AudioPositionTests {
  private func span(
    rate: UInt32, at samplingRate: Int, start: Int64 = 3, length: Int64 = 5
  ) throws -> AudioSpan {
    try "/a.wav".withCString { path in
      var audio = superb_audio()
      audio.struct_size = UInt32(MemoryLayout<superb_audio>.size)
      audio.path = path
      audio.rate = rate
      (audio.start, audio.length) = (start, length)
      let span = try AudioSpan(audio, samplingRate: samplingRate)
      return try #require(span)
    }
  }

  @Test(arguments: [
    (UInt32(16_000), 16_000, 1), (0, 16_000, 1), (0, 24_000, 1),
    (1000, 16_000, 16), (1000, 24_000, 24), (8000, 24_000, 3),
    (1, 16_000, 16_000),
  ])
  func becomeSamplesOfTheUpstream(
    rate: UInt32, samplingRate: Int, samples: Int
  ) throws {
    let span = try span(rate: rate, at: samplingRate)
    #expect(span.start == 3 * samples && span.length == 5 * samples)
  }

  @Test(arguments: [
    (UInt32(44_100), 16_000), (16_000, 24_000), (48_000, 16_000),
  ])
  func aRateThatCannotBeExactIsRefused(
    rate: UInt32, samplingRate: Int
  ) throws {
    let error = #expect(throws: UserError.self) {
      try span(rate: rate, at: samplingRate)
    }
    #expect(error?.what.contains("1/\(rate) seconds") == true)
    #expect(error?.what.contains("\(samplingRate) samples") == true)
  }

  @Test func aPositionBeyondAllNumbersIsNoTrap() {
    #expect(throws: UserError.self) {
      try span(rate: 1, at: 16_000, start: .max)
    }
  }
}
