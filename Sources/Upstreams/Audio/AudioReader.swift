import Speech

/// Reads audio for one thread and keeps the last file, since the spans of a
/// long recording tend to follow one another.
package struct AudioReader {
  /// Hz of the samples that it gives.
  private let rate: Int
  private var path: String?
  private var chain = AudioChain(gainDecibels: 0, trimsSilence: false)
  private var audio = AudioFile.Samples(values: [], speechCount: 0)

  package init(rate: Int = speechSampleRate) { self.rate = rate }

  /// A span's samples: mono, at the reader's rate, after its effects.
  ///
  /// - Throws: `UserError` that names the file.
  package mutating func read(_ span: AudioSpan) throws -> [Float] {
    let audio = try load(span.path, span.chain)
    let range = try span.range(samples: audio.speechCount)
    if range.count == audio.speechCount { return audio.values }
    // A span's ends count 16 kHz samples.
    let count = audio.values.count
    let ends = [range.lowerBound, range.upperBound].map {
      min(count, $0 * rate / speechSampleRate)
    }
    return Array(
      audio.values[
        ends[0]..<(range.upperBound == audio.speechCount ? count : ends[1])])
  }

  /// Mono, at the reader's rate, after the chain's effects.
  mutating func read(_ path: String, _ chain: AudioChain) throws -> [Float] {
    try load(path, chain).values
  }

  /// The samples at 16 kHz that there are after the chain's effects.
  mutating func length(_ path: String, _ chain: AudioChain) throws -> Int {
    try load(path, chain).speechCount
  }

  private mutating func load(
    _ path: String, _ chain: AudioChain
  ) throws -> AudioFile.Samples {
    if self.path == path, self.chain == chain { return audio }
    self.path = nil
    audio = AudioFile.Samples(values: [], speechCount: 0)
    audio = try AudioFile.read(path, chain: chain, rate: rate)
    self.path = path
    self.chain = chain
    return audio
  }
}
