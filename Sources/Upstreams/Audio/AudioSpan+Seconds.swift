import Speech

extension AudioSpan {
  /// As far as the file's header tells it.
  package func seconds() throws -> Double {
    let rate = Double(speechSampleRate)
    var seconds = Double(length) / rate
    if length <= 0 {
      let info = try AudioFile.info(path)
      seconds =
        Double(info.samples) / Double(info.sampleRate) - Double(start) / rate
    }
    if let crop, crop.length > 0 {
      seconds = min(seconds, Double(crop.length) / rate)
    }
    return max(0, seconds)
  }
}
