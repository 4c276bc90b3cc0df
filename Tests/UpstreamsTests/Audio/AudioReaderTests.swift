import Diagnostics
import Foundation
import Speech
import TestSupport
import Testing

@testable import Upstreams

/// Audio for an upstream that hears another rate than the benchmark's.
@Suite struct AudioReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A second and a half of a tone, at some rate.
  private func tone(_ hertz: Double, rate: Int) throws -> String {
    let path = folder.file("\(rate).wav")
    let samples = (0..<rate * 3 / 2).map {
      Float(0.5 * sin(2 * .pi * hertz * Double($0) / Double(rate)))
    }
    try AudioFile.write(samples, to: path, sampleRate: rate, format: .wav16)
    return path
  }

  private func span(
    _ path: String, _ start: Int = 0, _ length: Int = 0, gain: Double = 0
  ) -> AudioSpan {
    AudioSpan(
      path: path, chain: AudioChain(gainDecibels: gain), start: start,
      length: length)
  }

  @Test(arguments: [16_000, 24_000, 48_000, 44_100])
  func spansCountTheBenchmarksSamples(rate: Int) throws {
    let path = try tone(500, rate: rate)
    var reader = AudioReader(rate: 24_000)
    let whole = try reader.read(span(path))
    #expect(whole.count == 36_000)
    #expect(try reader.length(path, AudioChain()) == 24_000)
    let part = try reader.read(span(path, 8_001, 2_001))
    #expect(part == Array(whole[12_001..<15_003]))
    #expect(try reader.read(span(path, 8_000)).count == 24_000)
    #expect(throws: UserError.self) { try reader.read(span(path, 24_000)) }
    // The tone is still one of 500 Hz.
    let off = (1_000..<35_000).map {
      abs(whole[$0] - Float(0.5 * sin(2 * .pi * 500 * Double($0) / 24_000)))
    }
    #expect((off.max() ?? 1) < 1e-3)
  }

  /// What lies above the benchmark's 8 kHz is heard.
  @Test func theFilesOwnRateIsTheSource() throws {
    let path = try tone(10_000, rate: 48_000)
    var reader = AudioReader(rate: 24_000)
    #expect((try reader.read(span(path)).max() ?? 0) > 0.45)
    var speech = AudioReader()
    #expect((try speech.read(span(path))[2_000..<20_000].max() ?? 1) < 0.01)
  }

  /// Effects are those of 16 kHz.
  @Test func effectsComeFirst() throws {
    let path = try tone(500, rate: 16_000)
    var reader = AudioReader(rate: 24_000)
    let quiet = try reader.read(span(path, gain: -20))
    #expect(quiet.count == 36_000)
    #expect(abs((quiet.max() ?? 0) - 0.05) < 1e-3)
  }
}
