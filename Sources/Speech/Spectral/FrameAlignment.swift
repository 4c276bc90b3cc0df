/// How frames relate to samples, for every upstream alike.
package enum FrameAlignment {
  /// The number of frames that s3prl's Featurizer keeps of an utterance:
  /// samples / samplesPerFrame, halves to even (Python's `round`). An
  /// upstream that emits fewer frames keeps them all.
  package static func keptFrames(samples: Int, samplesPerFrame: Int) -> Int {
    let (whole, rest) = samples.quotientAndRemainder(
      dividingBy: samplesPerFrame)
    let isUp =
      2 * rest > samplesPerFrame
      || (2 * rest == samplesPerFrame && whole % 2 == 1)
    return isUp ? whole + 1 : whole
  }
}
