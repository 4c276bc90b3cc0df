import CSndfile
import Diagnostics
import Foundation
import Testing

@testable import Speech

/// Whatever is wrong with a file is one error that names it and the reason.
@Suite struct BadAudioTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func expectRefused(
    _ path: String, _ reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(
      throws: UserError.self, sourceLocation: sourceLocation
    ) { try AudioFile.read(path) }
    #expect(error?.location == path, sourceLocation: sourceLocation)
    #expect(
      error?.what.contains(reason) == true, "\(String(describing: error))",
      sourceLocation: sourceLocation)
  }

  private func wav(
    _ format: Int = SF_FORMAT_WAV | SF_FORMAT_PCM_16, count: Int = 4_000
  ) throws -> [UInt8] {
    let path = folder.path("whole")
    try writeAudio(
      tone(300, rate: 16_000, count: count), path, format: format)
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func aMissingFile() {
    expectRefused(folder.path("none.wav"), "no such file")
  }

  @Test func aDirectory() {
    expectRefused(folder.url.path, "is a directory")
  }

  @Test func aPipeDoesNotHang() {
    let path = folder.path("pipe.wav")
    #expect(mkfifo(path, 0o600) == 0)
    expectRefused(path, "is not a regular file")
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func anUnreadableFile() throws {
    let path = try folder.write(wav(), "locked.wav")
    #expect(chmod(path, 0) == 0)
    expectRefused(path, "cannot be opened")
  }

  @Test func anEmptyFile() throws {
    expectRefused(try folder.write([], "a.wav"), "is empty")
  }

  @Test(arguments: ["wav", "flac", "mp3", "au", "gsm", "vox", "raw", "txt"])
  func textUnderAnyName(name: String) throws {
    let text = String(repeating: "This is not audio. ", count: 200)
    expectRefused(
      try folder.write(Array(text.utf8), "a.\(name)"), "is not readable audio")
  }

  @Test func aWrongExtensionIsNoFault() throws {
    #expect(try AudioFile.read(folder.write(wav(), "a.flac")).count == 4_000)
  }

  @Test func noSamples() throws {
    let path = folder.path("a.wav")
    try AudioFile.write([], to: path, format: .wav16)
    expectRefused(path, "holds no samples")
  }

  @Test(arguments: [
    ("wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16),
    ("wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24),
    ("wav", SF_FORMAT_WAV | SF_FORMAT_ULAW),
    ("wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16),
    ("wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG),
    ("aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16),
    ("au", SF_FORMAT_AU | SF_FORMAT_PCM_16),
    ("flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16),
    ("w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16),
    ("w64", SF_FORMAT_W64 | SF_FORMAT_ULAW),
    ("sph", SF_FORMAT_NIST | SF_FORMAT_PCM_16),
    ("sph", SF_FORMAT_NIST | SF_FORMAT_ULAW),
    ("iff", SF_FORMAT_SVX | SF_FORMAT_PCM_16),
    ("avr", SF_FORMAT_AVR | SF_FORMAT_PCM_16),
  ])
  func aTruncatedFile(name: String, format: Int) throws {
    let whole = try wav(format)
    for part in [0.5, 0.9] {
      let cut = Array(whole.prefix(Int(part * Double(whole.count))))
      expectRefused(try folder.write(cut, "a.\(name)"), "is truncated")
    }
    let last = try folder.write(whole.dropLast(1), "a.\(name)")
    #expect(throws: UserError.self) { try AudioFile.read(last) }
  }

  /// Whatever libsndfile writes: half of it is refused, for one reason or
  /// another, but for a format without any length.
  @Test func halfAFileOfAnyFormat() throws {
    for format in Self.everyFormat {
      guard let whole = try? wav(format, count: 16_000), !whole.isEmpty else {
        continue
      }
      for part in [0.5, 0.97] {
        let cut = Array(whole.prefix(Int(part * Double(whole.count))))
        let path = try folder.write(cut, "a")
        #expect(throws: UserError.self, "\(String(format, radix: 16)) \(part)")
        { try AudioFile.read(path) }
      }
    }
  }

  static let everyFormat: [Int] = {
    let containers = [
      SF_FORMAT_WAV, SF_FORMAT_AIFF, SF_FORMAT_AU, SF_FORMAT_PAF,
      SF_FORMAT_SVX, SF_FORMAT_NIST, SF_FORMAT_VOC, SF_FORMAT_IRCAM,
      SF_FORMAT_W64, SF_FORMAT_MAT4, SF_FORMAT_MAT5, SF_FORMAT_PVF,
      SF_FORMAT_XI, SF_FORMAT_HTK, SF_FORMAT_SDS, SF_FORMAT_AVR,
      SF_FORMAT_WAVEX, SF_FORMAT_FLAC, SF_FORMAT_CAF, SF_FORMAT_WVE,
      SF_FORMAT_OGG, SF_FORMAT_MPC2K, SF_FORMAT_RF64,
    ]
    let codings = [
      SF_FORMAT_PCM_S8, SF_FORMAT_PCM_16, SF_FORMAT_PCM_U8, SF_FORMAT_FLOAT,
      SF_FORMAT_ULAW, SF_FORMAT_ALAW, SF_FORMAT_IMA_ADPCM,
      SF_FORMAT_MS_ADPCM, SF_FORMAT_GSM610, SF_FORMAT_DPCM_16,
      SF_FORMAT_VORBIS, SF_FORMAT_OPUS,
    ]
    return containers.flatMap { container in
      codings.map { container | $0 }
    }
  }()

  @Test func aPointerOfGitLFS() throws {
    let text = "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"
    expectRefused(
      try folder.write(Array(text.utf8), "a.wav"), "a pointer of Git LFS")
  }

  @Test func aLengthOfGigabytesOfWhichHalfIsThereIsNoPlaceholder() throws {
    var bytes = try wav()
    bytes.replaceSubrange(40..<44, with: [0, 0, 0, 0xb0])
    expectRefused(try folder.write(bytes, "a.wav"), "is truncated")
    var wide = try wav(SF_FORMAT_W64 | SF_FORMAT_PCM_16)
    let place = try #require(
      wide.indices.first { wide[$0...].starts(with: Array("data".utf8)) })
    wide.replaceSubrange(
      place + 16..<place + 24, with: [0, 0, 0, 0, 2, 0, 0, 0])
    expectRefused(try folder.write(wide, "a.w64"), "is truncated")
  }

  @Test func aLengthThatAStreamCouldNotFillInPromisesNothing() throws {
    for placeholder: [UInt8] in [
      [0xff, 0xff, 0xff, 0xff], [0x00, 0xf0, 0xff, 0x7f],
    ] {
      var bytes = try wav()
      bytes.replaceSubrange(40..<44, with: placeholder)
      #expect(try AudioFile.read(folder.write(bytes, "a.wav")).count == 4_000)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func aSampleThatIsNotANumber(value: Float) throws {
    var samples = [Float](repeating: 0.25, count: 40_000)
    samples[30_000] = value
    let path = folder.path("a.wav")
    try AudioFile.write(samples, to: path, format: .wavFloat)
    expectRefused(path, "sample 30000 is not a number")
  }

  @Test func samplesInOtherUnits() throws {
    let path = folder.path("a.wav")
    try AudioFile.write([0, 12_345, -3], to: path, format: .wavFloat)
    expectRefused(path, "not in [-1, 1]")
  }

  @Test func noChannels() throws {
    var bytes = try wav()
    bytes.replaceSubrange(22..<24, with: [0, 0])
    expectRefused(try folder.write(bytes, "a.wav"), "hannel")
  }

  @Test func aRateThatNoRecordingHas() throws {
    var bytes = try wav()
    bytes.replaceSubrange(24..<28, with: [1, 0, 0, 0])
    expectRefused(try folder.write(bytes, "a.wav"), "sample rate of 1 Hz")
    bytes.replaceSubrange(24..<28, with: [0, 0, 0, 0])
    expectRefused(try folder.write(bytes, "a.wav"), "header is damaged")
  }

  @Test func theHeaderAloneIsJudgedToo() throws {
    let cut = try folder.write(Array(wav().prefix(1_000)), "a.wav")
    #expect(throws: UserError.self) { try AudioFile.info(cut) }
    #expect(throws: UserError.self) { try AudioFile.info(folder.url.path) }
  }

  @Test func filesAreNotRefusedForEachOthersReasons() async throws {
    var mute = try wav()
    mute.replaceSubrange(22..<24, with: [0, 0])
    let paths = [
      try folder.write(mute, "mute.wav"),
      try folder.write(Array("no audio at all".utf8), "text.wav"),
    ]
    let alone = paths.map { path in
      #expect(throws: UserError.self) { try AudioFile.info(path) }
    }
    await withTaskGroup(of: Bool.self) { group in
      for count in 0..<400 {
        group.addTask {
          do {
            _ = try AudioFile.info(paths[count % 2])
            return false
          } catch {
            return error as? UserError == alone[count % 2]
          }
        }
      }
      for await isSame in group { #expect(isSame) }
    }
  }

  @Test func descriptorsAreClosedOnceEach() async throws {
    let bad = try folder.write(Array("no audio at all".utf8), "a.wav")
    let good = try folder.write(wav(), "b.wav")
    let cut = try folder.write(Array(wav().prefix(1_000)), "c.wav")
    // More than a process may have open; and one closed twice would be
    // another thread's.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<500 {
            _ = try? AudioFile.info(bad)
            _ = try? AudioFile.info(cut)
            _ = try AudioFile.read(good)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
