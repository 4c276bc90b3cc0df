import Speech

/// Reads audio for one thread and keeps the last file, since the spans of a
/// long recording tend to follow one another.
struct AudioReader {
  private var path: String?
  private var chain = AudioChain(gainDecibels: 0, trimsSilence: false)
  private var samples: [Float] = []

  /// Mono, 16 kHz, after the chain's effects.
  mutating func read(_ path: String, _ chain: AudioChain) throws -> [Float] {
    if self.path == path, self.chain == chain { return samples }
    self.path = nil
    samples = []
    samples = try AudioFile.read(path, chain: chain)
    self.path = path
    self.chain = chain
    return samples
  }
}
