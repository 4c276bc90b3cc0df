/// What SpecAugment (Park et al., Interspeech 2019) does to a batch; s3prl's
/// names, and its defaults.
package struct SpecAugment: Equatable, Sendable {
  /// Number and width, in [low, high), of the masks along one axis.
  package struct Masks: Equatable, Sendable {
    package var widths: Range<Int>
    package var number: Int

    package init(widths: Range<Int>, number: Int) {
      self.widths = widths
      self.number = number
    }
  }

  /// Number and width of time masks in proportion to the longest utterance.
  package struct Adaptive: Equatable, Sendable {
    package var numberRatio: Double
    package var sizeRatio: Double
    package var mostMasks: Int

    package init(numberRatio: Double, sizeRatio: Double, mostMasks: Int) {
      self.numberRatio = numberRatio
      self.sizeRatio = sizeRatio
      self.mostMasks = mostMasks
    }
  }

  /// How far a frame may be moved; nil for no time warp.
  package var timeWarpWindow: Int?
  package var frequencyMasks: Masks?
  package var timeMasks: Masks?
  /// Nil for masks as ``timeMasks`` has them.
  package var adaptive: Adaptive?

  package init(
    timeWarpWindow: Int? = 5,
    frequencyMasks: Masks? = Masks(widths: 0..<20, number: 2),
    timeMasks: Masks? = Masks(widths: 0..<100, number: 2),
    adaptive: Adaptive? = nil
  ) {
    self.timeWarpWindow = timeWarpWindow
    self.frequencyMasks = frequencyMasks
    self.timeMasks = timeMasks
    self.adaptive = adaptive
  }

  /// The time masks of a batch whose longest utterance has `frames` frames.
  func timeMasks(frames: Int) -> Masks? {
    guard let timeMasks, let adaptive else { return timeMasks }
    let number = Int(adaptive.numberRatio * Double(frames))
    let high = min(
      timeMasks.widths.upperBound, Int(adaptive.sizeRatio * Double(frames)))
    let low = timeMasks.widths.lowerBound
    // Ratios that leave a short batch no width leave it no mask.
    guard high > low else { return nil }
    return Masks(widths: low..<high, number: min(number, adaptive.mostMasks))
  }

  var isValid: Bool {
    let masks = [frequencyMasks, timeMasks].compactMap { $0 }
    let ratios = [adaptive?.numberRatio, adaptive?.sizeRatio]
      .compactMap { $0 }
    return (timeWarpWindow ?? 0) >= 0
      && masks.allSatisfy {
        $0.number >= 0 && $0.widths.lowerBound >= 0
          && ($0.number == 0 || !$0.widths.isEmpty)
      }
      && ratios.allSatisfy { (0...1).contains($0) }
      && (adaptive?.mostMasks ?? 0) >= 0
  }
}
