import Speech

/// The benchmark counts samples at 16 kHz, whatever an upstream hears.
extension UpstreamDescription {
  /// Hz of the audio that it hears.
  package var rate: Int { samplingRate ?? speechSampleRate }

  /// As many samples at ``rate`` as last no shorter than these at 16 kHz.
  package func heard(_ speechSamples: Int) -> Int {
    rate == speechSampleRate
      ? speechSamples
      : (speechSamples * rate + speechSampleRate - 1) / speechSampleRate
  }

  /// Samples at 16 kHz that last as long as these at ``rate``.
  func speechSamples(_ heard: Int) -> Int {
    rate == speechSampleRate
      ? heard
      : Int((Double(heard) * Double(speechSampleRate) / Double(rate)).rounded())
  }

  /// Samples at ``rate`` from one frame to the next; nil if they are no whole
  /// number.
  package var heardPerFrame: Int? {
    let count = samplesPerFrame * Double(rate) / Double(speechSampleRate)
    let whole = count.rounded()
    guard whole >= 1, whole <= 1e9, abs(count - whole) < 1e-6 else {
      return nil
    }
    return Int(whole)
  }
}
