import CSndfile
import Diagnostics
import Foundation

/// The rate, in hertz, of every waveform inside the benchmark.
package let speechSampleRate = 16_000

/// What an audio file's header says.
package struct AudioInfo: Hashable, Sendable {
  package var channels: Int
  /// In hertz.
  package var sampleRate: Int
  /// Samples per channel, at the file's own rate.
  package var samples: Int64

  /// Samples at 16 kHz, as the file is read: round(samples · 16000 / rate).
  package var speechSamples: Int {
    let count = Double(samples) * Double(speechSampleRate) / Double(sampleRate)
    // A damaged header may promise any length.
    return Int(max(0, min(count, 1e15)).rounded())
  }
}

/// Audio files: every format that libsndfile knows, at any rate.
///
/// The format is told from the file's contents, never from its name. Whatever
/// is wrong with a file is one ``UserError`` that names it and the reason. All
/// functions may be called from any number of threads at once.
package enum AudioFile {
  /// The header of a file: cheap, except where a format's header does not
  /// count its samples; then the file is decoded to count them.
  package static func info(_ path: String) throws -> AudioInfo {
    let stream = try AudioStream(path)
    if let promised = stream.promisedFrames {
      return AudioInfo(
        channels: stream.channels, sampleRate: stream.sampleRate,
        samples: promised)
    }
    var frames: Int64 = 0
    try stream.forEachBlock { frames += Int64($0.count / stream.channels) }
    return AudioInfo(
      channels: stream.channels, sampleRate: stream.sampleRate,
      samples: frames)
  }

  /// The file as mono at 16 kHz, in [-1, 1]: channels averaged, resampled,
  /// clipped, then put through `chain`. Never empty, unless the chain trims
  /// silence and finds nothing else.
  ///
  /// The length is round(samples · 16000 / rate) before the chain.
  package static func read(
    _ path: String, chain: AudioChain = AudioChain()
  ) throws -> [Float] {
    let stream = try AudioStream(path)
    return chain.apply(
      to: try resampled(
        try stream.readMono(), of: stream, to: speechSampleRate, path))
  }

  static func resampled(
    _ samples: [Float], of stream: AudioStream, to rate: Int, _ path: String
  ) throws -> [Float] {
    var samples = samples
    if stream.sampleRate != rate {
      samples = try Resampler.resample(
        samples, from: stream.sampleRate, to: rate)
      guard !samples.isEmpty else {
        throw UserError("is too short to be resampled", at: path)
      }
    }
    for index in samples.indices {
      samples[index] = min(max(samples[index], -1), 1)
    }
    return samples
  }
}
