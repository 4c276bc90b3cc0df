import Diagnostics
import Foundation
import Speech
import TestSupport
import Testing

@testable import Upstreams

struct AudioLengthsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func store() throws -> FeatureStore {
    try FeatureStore(root: folder.file("store"))
  }

  /// Half a second of noise, then as much silence, then noise again.
  private func writePauses(_ name: String) throws -> String {
    let noise = try AudioFile.read(
      writeNoise(folder.file("noise.wav"), samples: 8000, seed: 1))
    let path = folder.file(name)
    try AudioFile.write(
      noise + [Float](repeating: 0, count: 8000) + noise, to: path,
      format: .wav16)
    return path
  }

  @Test func lengthsAreThoseAfterEffects() throws {
    let path = try writePauses("a.wav")
    let plain = AudioChain()
    let trimmed = AudioChain(gainDecibels: -3, trimsSilence: true)
    let expected = try AudioFile.read(path, chain: trimmed).count
    #expect(expected < 24_000)
    let lengths = try store().lengths(
      of: [
        AudioSpan(path: path, chain: plain),
        AudioSpan(path: path, chain: trimmed),
        AudioSpan(path: path, chain: plain, start: 100),
        AudioSpan(path: path, chain: plain, start: 100, length: 7),
      ], threads: 2)
    #expect(lengths == [24_000, expected, 23_900, 7])
  }

  /// Bytes of all that the store has noted of audio.
  private func notes() throws -> Int {
    let audio = folder.file("store/audio")
    return try FileManager.default.contentsOfDirectory(atPath: audio).reduce(0)
    {
      $0 + (FileManager.default.contents(atPath: "\(audio)/\($1)")?.count ?? 0)
    }
  }

  @Test func aFileIsDecodedOnceForAllProcesses() throws {
    let path = try writePauses("a.wav")
    // What has only just changed may change again unnoticed.
    usleep(2_200_000)
    let span = AudioSpan(path: path, chain: AudioChain(trimsSilence: true))
    let first = try store().lengths(of: [span], threads: 1)
    // What is found out is noted; what is known is not found out again.
    let notes = try notes()
    #expect(notes > 0)
    #expect(try store().lengths(of: [span], threads: 1) == first)
    #expect(try self.notes() == notes)
  }

  @Test func aSpanBeyondTheEndAndAMissingFileAreTheUsersErrors() throws {
    let path = try writePauses("a.wav")
    let store = try store()
    for span in [
      AudioSpan(path: path, chain: AudioChain(), start: 24_000),
      AudioSpan(path: folder.file("gone.wav"), chain: AudioChain()),
    ] {
      let error = #expect(throws: UserError.self) {
        try store.lengths(of: [span], threads: 1)
      }
      #expect(error?.location == span.path)
    }
  }

  @Test func itCanBeStopped() throws {
    let path = try writeNoise(
      folder.file("a.wav"), samples: 400_000, seed: 1)
    // Far more work than there is between two questions.
    let spans = (0..<500).map {
      AudioSpan(
        path: path,
        chain: AudioChain(gainDecibels: Double(-$0) / 100, trimsSilence: true))
    }
    #expect(throws: CancellationError.self) {
      try store().lengths(of: spans, threads: 1, isCancelled: { true })
    }
  }
}
