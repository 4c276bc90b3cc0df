import Speech
import Tensors
import TestSupport

@testable import Upstreams

/// Writes seeded noise as a mono file at 16 kHz.
///
/// - Returns: its path.
@discardableResult
func writeNoise(_ path: String, samples: Int, seed: UInt64) throws -> String {
  let random = CounterRandom(seed: seed)
  let noise = (0..<samples).map { index in
    Float(random.uniform(stream: 0, index: UInt64(index)) - 0.5)
  }
  try AudioFile.write(noise, to: path, format: .wav16)
  return path
}

/// Utterances of different lengths, of noise.
func noiseCorpus(
  in folder: TemporaryFolder, _ count: Int
) throws -> [AudioSpan] {
  try (0..<count).map { number in
    AudioSpan(
      path: try writeNoise(
        folder.file("\(number).wav"), samples: 3200 + 517 * number,
        seed: UInt64(number)), chain: AudioChain())
  }
}
