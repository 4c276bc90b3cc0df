import Diagnostics
import Speech
import Tensors

/// One stretch of one audio file, as a task asks for it. All positions count
/// 16 kHz samples of the audio after its effects.
package struct AudioSpan: Hashable, Sendable {
  /// A random crop within the span.
  package struct Crop: Hashable, Sendable {
    /// Samples to cut to. Audio that is not longer stays whole.
    package var length: Int
    /// Which of the utterance's crops.
    package var variant: Int
    /// The experiment's seed.
    package var seed: UInt64
    /// The utterance's id.
    package var item: String

    package init(length: Int, variant: Int, seed: UInt64, item: String) {
      self.length = length
      self.variant = variant
      self.seed = seed
      self.item = item
    }
  }

  package var path: String
  package var chain: AudioChain
  package var start: Int
  /// 0 means to the end.
  package var length: Int
  package var crop: Crop?

  package init(
    path: String, chain: AudioChain, start: Int = 0, length: Int = 0,
    crop: Crop? = nil
  ) {
    self.path = path
    self.chain = chain
    self.start = start
    self.length = length
    self.crop = crop
  }
}

/// A span after its crop has been drawn.
struct ResolvedSpan: Hashable, Sendable {
  var start: Int
  /// 0 means to the end.
  var length: Int
}

extension AudioSpan {
  /// Where the span lies in audio of `count` samples after its effects.
  ///
  /// A crop's offset is uniform over `0 ... length - crop.length` and a pure
  /// function of the seed, the item's id and the variant.
  func resolved(samples count: Int) throws -> ResolvedSpan {
    let whole = ResolvedSpan(start: start, length: length)
    let range = try whole.range(samples: count, path: path)
    guard let crop, crop.length > 0, range.count > crop.length else {
      return whole
    }
    let offset = CounterRandom(seed: crop.seed).integer(
      below: UInt64(range.count - crop.length + 1),
      stream: CounterRandom.stream("crop/" + crop.item),
      index: UInt64(truncatingIfNeeded: crop.variant))
    return ResolvedSpan(
      start: range.lowerBound + Int(offset), length: crop.length)
  }

  /// How many samples the span takes of audio that has `count` after its
  /// effects, before its crop.
  ///
  /// - Throws: `UserError` if it does not lie within the audio.
  package func length(samples count: Int) throws -> Int {
    try ResolvedSpan(start: start, length: length)
      .range(samples: count, path: path).count
  }

  /// The samples of the span in audio of `count` samples at 16 kHz, its crop
  /// drawn.
  func range(samples count: Int) throws -> Range<Int> {
    try resolved(samples: count).range(samples: count, path: path)
  }
}

extension ResolvedSpan {
  /// The span's samples in audio of `count` samples.
  ///
  /// - Throws: `UserError` if the span does not lie within the audio: a
  ///   shorter span would be another utterance than the one asked for.
  func range(samples count: Int, path: String) throws -> Range<Int> {
    guard start >= 0, length >= 0, start < count, length <= count - start
    else {
      let asked =
        length == 0
        ? "from sample \(start) on" : "of \(length) samples from \(start)"
      throw UserError(
        "the span \(asked) does not lie within the audio, which has \(count) "
          + "samples at 16 kHz",
        at: path, fix: "check the corpus for a truncated file")
    }
    return start..<(length == 0 ? count : start + length)
  }
}
