/// What SpecAugment was drawn to do to one batch. All chance lies here; the
/// operator carries it out.
struct SpecAugmentPlan: Equatable {
  /// The first `center` frames are stretched to `target` frames, the others
  /// to what is left.
  struct Warp: Equatable {
    var center: Int
    var target: Int
  }

  /// For each utterance; nil where it stays as it is.
  var warps: [Warp?]
  /// For each utterance, columns that become 0.
  var frequencyMasks: [[Range<Int>]]
  /// For each utterance, frames that become 0. Starts are drawn on the axis
  /// of the longest utterance, so masks may reach past a shorter one's end.
  var timeMasks: [[Range<Int>]]
}

extension SpecAugmentPlan {
  /// Draws for utterances of `lengths` frames, `dim` wide. `draw(index,
  /// bound)` is uniform over 0 ..< bound and a function of both.
  init(
    _ settings: SpecAugment, lengths: [Int], dim: Int,
    draw: (_ index: UInt64, _ bound: Int) -> Int
  ) {
    var next: UInt64 = 0
    func number(in range: Range<Int>) -> Int {
      defer { next += 1 }
      return range.lowerBound + draw(next, range.count)
    }
    func masks(_ masks: SpecAugment.Masks?, extent: Int) -> [[Range<Int>]] {
      guard let masks else { return lengths.map { _ in [] } }
      let widths = lengths.map { _ in
        (0..<masks.number).map { _ in number(in: masks.widths) }
      }
      // The widest mask of the batch bounds the starts of all.
      let widest = widths.joined().max() ?? 0
      return widths.map { widths in
        widths.map { width in
          let start = number(in: 0..<max(1, extent - widest))
          return start..<start + width
        }
      }
    }
    let window = settings.timeWarpWindow ?? 0
    let warps = lengths.map { length -> Warp? in
      guard window > 0, length - window > window else { return nil }
      let center = number(in: window..<length - window)
      return Warp(
        center: center,
        target: number(in: center - window..<center + window) + 1)
    }
    let frequencyMasks = masks(settings.frequencyMasks, extent: dim)
    let longest = lengths.max() ?? 0
    self.init(
      warps: warps, frequencyMasks: frequencyMasks,
      timeMasks: masks(
        settings.timeMasks(frames: longest), extent: longest))
  }
}

/// Four neighbouring frames and their weights.
struct CubicTap {
  let rows: SIMD4<Int>
  let weights: SIMD4<Float>
}

extension CubicTap {
  /// Frame `index` of `count` that `source` frames are stretched to: cubic
  /// convolution (Keys, 1981) with coefficient -0.75, frame centres at half
  /// numbers, frames past an end being the last one there. PyTorch's
  /// interpolate(mode="bicubic", align_corners=False).
  init(_ index: Int, of count: Int, from source: Int) {
    let position =
      (Double(index) + 0.5) * Double(source) / Double(count) - 0.5
    let floor = position.rounded(.down)
    let t = position - floor
    let first = Int(floor) - 1
    let rows = SIMD4(first, first + 1, first + 2, first + 3).clamped(
      lowerBound: .zero, upperBound: SIMD4(repeating: source - 1))
    func near(_ x: Double) -> Double { (1.25 * x - 2.25) * x * x + 1 }
    func far(_ x: Double) -> Double {
      ((-0.75 * x + 3.75) * x - 6) * x + 3
    }
    self.init(
      rows: rows,
      weights: SIMD4<Float>(
        SIMD4(far(t + 1), near(t), near(1 - t), far(2 - t))))
  }
}
