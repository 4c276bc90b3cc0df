import Testing

@testable import DemoCorpora

struct WaveFileTests {
  private let wave = WaveFile(
    rate: 16_000, samples: [0, 1, -1, 32_767, -32_768])

  @Test func readsWhatItWrites() {
    #expect(WaveFile(wave.bytes) == wave)
  }

  @Test func takesWhatThereIsWhenTheLengthIsAGuess() {
    var bytes = wave.bytes
    bytes.replaceSubrange(40..<44, with: [0x00, 0xf0, 0xff, 0x7f])
    #expect(WaveFile(bytes) == wave)
  }

  @Test func passesOverOtherChunks() {
    var bytes = wave.bytes
    bytes.insert(
      contentsOf: Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0], at: 12)
    #expect(WaveFile(bytes) == wave)
  }

  @Test(arguments: [20, 22, 34])
  func refusesOtherFormats(field: Int) {
    var bytes = wave.bytes
    bytes[field] = 3
    #expect(WaveFile(bytes) == nil)
  }

  @Test func survivesDamagedBytes() {
    var draws = Draws(seed: 7, "fuzz")
    for _ in 0..<5000 {
      var bytes = Array(wave.bytes.prefix(draws.integer(0...54)))
      for _ in 0..<draws.integer(0...4) where !bytes.isEmpty {
        bytes[draws.integer(below: bytes.count)] =
          UInt8(draws.integer(below: 256))
      }
      if let read = WaveFile(bytes) {
        #expect(read.samples.count * 2 <= max(0, bytes.count - 44))
      }
    }
  }
}
