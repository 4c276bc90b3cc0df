extension AudioFile {
  /// Audio at some rate, and how long it is.
  package struct Samples: Sendable {
    package var values: [Float]
    /// Its samples at 16 kHz.
    package var speechCount: Int

    package init(values: [Float], speechCount: Int) {
      self.values = values
      self.speechCount = speechCount
    }
  }

  /// The file as ``read(_:chain:)`` gives it, at `rate` hertz.
  ///
  /// It is resampled once, from its own rate. Effects are defined at 16 kHz:
  /// where there are any, what they leave is resampled.
  package static func read(
    _ path: String, chain: AudioChain, rate: Int
  ) throws -> Samples {
    guard rate != speechSampleRate else {
      let values = try read(path, chain: chain)
      return Samples(values: values, speechCount: values.count)
    }
    guard chain == AudioChain() else {
      let speech = try read(path, chain: chain)
      return Samples(
        values: try Resampler.resample(
          speech, from: speechSampleRate, to: rate),
        speechCount: speech.count)
    }
    let stream = try AudioStream(path)
    let samples = try stream.readMono()
    return Samples(
      values: try resampled(samples, of: stream, to: rate, path),
      speechCount: stream.sampleRate == speechSampleRate
        ? samples.count
        : Resampler.length(
          of: samples.count, from: stream.sampleRate, to: speechSampleRate))
  }
}
