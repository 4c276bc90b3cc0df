import CSndfile
import Diagnostics
import Foundation
import Testing

@testable import Speech

/// An audio file in any of libsndfile's formats, channels interleaved.
func writeAudio(
  _ samples: [Float], _ path: String, format: Int, channels: Int = 1,
  rate: Int = speechSampleRate
) throws {
  var info = SF_INFO()
  info.format = CInt(format)
  info.channels = CInt(channels)
  info.samplerate = CInt(rate)
  let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
  defer { close(descriptor) }
  let handle = try SoundHandle(descriptor, mode: SFM_WRITE, info: &info)
  let count = sf_count_t(samples.count)
  #expect(sf_write_float(handle.pointer, samples, count) == count)
  #expect(handle.close())
}

@Suite struct AudioFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  struct Encoding: Sendable, CustomTestStringConvertible {
    var name: String
    var format: Int
    /// How far a decoded sample may be from the one written.
    var error: Float
    var rate = speechSampleRate
    var testDescription: String { "\(name) at \(rate)" }
  }

  static let encodings: [Encoding] = [
    .init(name: "wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_16, error: 4e-5),
    .init(name: "wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_U8, error: 1e-2),
    .init(name: "wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_24, error: 1e-6),
    .init(name: "wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_32, error: 1e-7),
    .init(name: "wav", format: SF_FORMAT_WAV | SF_FORMAT_FLOAT, error: 0),
    .init(name: "wav", format: SF_FORMAT_WAV | SF_FORMAT_DOUBLE, error: 0),
    .init(name: "wav", format: SF_FORMAT_WAV | SF_FORMAT_ULAW, error: 2e-2),
    .init(name: "wav", format: SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, error: 4e-5),
    .init(name: "rf64", format: SF_FORMAT_RF64 | SF_FORMAT_PCM_16, error: 4e-5),
    .init(name: "w64", format: SF_FORMAT_W64 | SF_FORMAT_PCM_16, error: 4e-5),
    .init(name: "aiff", format: SF_FORMAT_AIFF | SF_FORMAT_PCM_16, error: 4e-5),
    .init(name: "au", format: SF_FORMAT_AU | SF_FORMAT_PCM_16, error: 4e-5),
    .init(name: "caf", format: SF_FORMAT_CAF | SF_FORMAT_PCM_16, error: 4e-5),
    .init(name: "sph", format: SF_FORMAT_NIST | SF_FORMAT_PCM_16, error: 4e-5),
    .init(name: "flac", format: SF_FORMAT_FLAC | SF_FORMAT_PCM_16, error: 4e-5),
    .init(name: "flac", format: SF_FORMAT_FLAC | SF_FORMAT_PCM_24, error: 1e-6),
    .init(name: "ogg", format: SF_FORMAT_OGG | SF_FORMAT_VORBIS, error: 0.05),
    .init(name: "opus", format: SF_FORMAT_OGG | SF_FORMAT_OPUS, error: 0.1),
  ]

  @Test(arguments: encodings)
  func readsWhatWasWritten(encoding: Encoding) throws {
    let path = folder.path("a.\(encoding.name)")
    let samples = tone(440, rate: 16_000, count: 8_000)
    try writeAudio(samples, path, format: encoding.format)
    let info = try AudioFile.info(path)
    #expect(info == AudioInfo(channels: 1, sampleRate: 16_000, samples: 8_000))
    let output = try AudioFile.read(path)
    #expect(output.count == samples.count)
    // Lossy codecs ring at the ends.
    for index in 800..<7_200 {
      let difference = abs(output[index] - samples[index])
      guard difference <= encoding.error else {
        Issue.record("sample \(index) differs by \(difference)")
        return
      }
    }
  }

  @Test func readsMP3() throws {
    let path = folder.path("a.mp3")
    let samples = tone(440, rate: 22_050, count: 22_050)
    try writeAudio(
      samples, path, format: SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III,
      rate: 22_050)
    let info = try AudioFile.info(path)
    #expect((info.channels, info.sampleRate) == (1, 22_050))
    let output = try AudioFile.read(path)
    #expect(
      output.count
        == Resampler.length(
          of: Int(info.samples), from: 22_050, to: speechSampleRate))
    let middle = output[4_000..<12_000]
    let power = middle.reduce(0) { $0 + $1 * $1 } / Float(middle.count)
    #expect(abs(power - 0.125) < 0.005)
  }

  @Test func averagesChannels() throws {
    let path = folder.path("stereo.wav")
    let format = SF_FORMAT_WAV | SF_FORMAT_FLOAT
    try writeAudio(
      [0.5, 0.25, -1, 1, 0, -0.5], path, format: format, channels: 2)
    #expect(try AudioFile.read(path) == [0.375, 0, -0.25])
    #expect(try AudioFile.info(path).channels == 2)
    // More frames than one block holds.
    let many = Fixtures.waveform([[3 * 40_001, 16_384]])
    try writeAudio(many, path, format: format, channels: 3)
    let output = try AudioFile.read(path)
    #expect(output.count == 40_001)
    for frame in [0, 1, 16_383, 16_384, 40_000] {
      let mean = (0..<3).reduce(0.0) { $0 + Double(many[frame * 3 + $1]) } / 3
      #expect(output[frame] == Float(mean))
    }
  }

  @Test(arguments: [8_000, 22_050, 44_100, 48_000])
  func resamplesToSixteenKilohertz(rate: Int) throws {
    let path = folder.path("a.flac")
    try AudioFile.write(
      tone(500, rate: rate, count: rate), to: path, sampleRate: rate,
      format: .flac16)
    #expect(
      try AudioFile.info(path)
        == AudioInfo(channels: 1, sampleRate: rate, samples: Int64(rate)))
    let output = try AudioFile.read(path)
    #expect(output.count == 16_000)
    let expected = tone(500, rate: 16_000, count: 16_000)
    let worst = (1_000..<15_000).map { abs(output[$0] - expected[$0]) }.max()
    #expect(try #require(worst) < 2e-4)
  }

  @Test func overshootIsClipped() throws {
    let path = folder.path("a.wav")
    try AudioFile.write([1.5, -1.25, 0.5], to: path, format: .wavFloat)
    #expect(try AudioFile.read(path) == [1, -1, 0.5])
  }

  @Test func theChainIsApplied() throws {
    let path = folder.path("a.wav")
    let samples = Fixtures.waveform([[6_000, 0], [4_000, 16_384]])
    try AudioFile.write(samples, to: path, format: .wav16)
    let chain = AudioChain(gainDecibels: -3, trimsSilence: true)
    let output = try AudioFile.read(path, chain: chain)
    #expect(output == chain.apply(to: try AudioFile.read(path)))
    #expect((3_900...4_000).contains(output.count))
  }

  @Test(arguments: [AudioFile.Format.wav16, .flac16])
  func everySixteenBitValueSurvivesWriting(format: AudioFile.Format) throws {
    let path = folder.path("a")
    let samples = (-32_768...32_767).map { Float($0) / 32_768 }
    try AudioFile.write(samples, to: path, format: format)
    #expect(try AudioFile.read(path) == samples)
  }

  @Test func writingLeavesNothingBeside() throws {
    let path = folder.path("a.wav")
    try AudioFile.write([0.5], to: path, format: .wav16)
    try AudioFile.write([0.25], to: path, format: .wav16)
    #expect(try AudioFile.read(path) == [0.25])
    #expect(throws: UserError.self) {
      try AudioFile.write([0], to: folder.path("no/a.wav"), format: .wav16)
    }
    try FileManager.default.createDirectory(
      atPath: folder.path("b"), withIntermediateDirectories: false)
    #expect(throws: UserError.self) {
      try AudioFile.write([0], to: folder.path("b"), format: .wav16)
    }
    let left = try FileManager.default.contentsOfDirectory(
      atPath: folder.url.path)
    #expect(Set(left) == ["a.wav", "b"])
  }
}
