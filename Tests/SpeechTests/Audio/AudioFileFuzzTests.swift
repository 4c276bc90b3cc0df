import CSndfile
import Diagnostics
import Foundation
import Testing

@testable import Speech

/// Foreign bytes are read or refused, and nothing else happens.
@Suite struct AudioFileFuzzTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func judge(_ bytes: [UInt8]) throws {
    let path = try folder.write(bytes, "a")
    do {
      let samples = try AudioFile.read(path)
      #expect(!samples.isEmpty)
      #expect(samples.allSatisfy { abs($0) <= 1 })
    } catch let error as UserError {
      #expect(error.location == path)
    }
  }

  private func mutated(
    _ original: [UInt8], _ random: inout LinearCongruence
  ) -> [UInt8] {
    var bytes = original
    func index(below bound: Int) -> Int {
      Int(UInt16(bitPattern: random.next())) % bound
    }
    for _ in 0...index(below: 6) {
      // Headers are where the decisions are.
      let reach = index(below: 4) == 0 ? bytes.count : min(bytes.count, 60)
      let byte = UInt8(truncatingIfNeeded: random.next() >> 5)
      let odd: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, byte]
      bytes[index(below: reach)] = odd[index(below: odd.count)]
    }
    if index(below: 5) == 0 {
      bytes.removeLast(index(below: bytes.count))
    }
    return bytes
  }

  @Test func randomBytesNeverCrash() throws {
    var random = LinearCongruence(state: 11)
    let magics = [
      "", "RIFF", "RIFX", "fLaC", "OggS", "FORM", ".snd", "ID3", "caff",
      "NIST_1A", "RF64",
    ]
    let end = Date().addingTimeInterval(1)
    var count = 0
    while Date() < end {
      let length = Int(UInt16(bitPattern: random.next())) % 3_000
      let bytes = (0..<length).map { _ in
        UInt8(truncatingIfNeeded: random.next() >> 3)
      }
      try judge(Array(magics[count % magics.count].utf8) + bytes)
      count += 1
    }
    #expect(count > magics.count)
  }

  @Test(arguments: [
    SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_FLOAT,
    SF_FORMAT_FLAC | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
    SF_FORMAT_OGG | SF_FORMAT_VORBIS, SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM,
  ])
  func mutatedHeadersNeverCrash(format: Int) throws {
    let path = folder.path("whole")
    try writeAudio(
      tone(300, rate: 16_000, count: 1_500), path, format: format)
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    var random = LinearCongruence(state: UInt32(format))
    let end = Date().addingTimeInterval(0.5)
    var count = 0
    while Date() < end {
      try judge(mutated(whole, &random))
      count += 1
    }
    #expect(count > 10)
  }
}
