import Speech

/// Reads audio for one thread and keeps the last file, since the spans of a
/// long recording tend to follow one another.
package struct AudioReader {
  private var path: String?
  private var chain = AudioChain(gainDecibels: 0, trimsSilence: false)
  private var samples: [Float] = []

  package init() {}

  /// A span's samples: mono, 16 kHz, after its effects.
  ///
  /// - Throws: `UserError` that names the file.
  package mutating func read(_ span: AudioSpan) throws -> [Float] {
    let audio = try read(span.path, span.chain)
    let range = try span.range(samples: audio.count)
    return range.count == audio.count ? audio : Array(audio[range])
  }

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
