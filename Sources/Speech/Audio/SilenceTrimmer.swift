/// SoX's effect `silence 1 0.1 0.1% -1 0.1 0.1%` on 16 kHz mono.
///
/// Sound is what keeps the level of the last 20 ms above 0.1 % of full
/// scale. Output starts with the first 100 ms of unbroken sound. A pause
/// shorter than 100 ms stays, a longer one is removed whole, and then a new
/// 100 ms of unbroken sound is waited for, so shorter bursts go with it.
struct SilenceTrimmer {
  /// 0.1 s: what must be held before either decision.
  static let holdLength = 1_600
  static let thresholdPercent = 0.1

  private enum Mode { case trim, copy }

  private var mode = Mode.trim
  private var window = LevelWindow()
  /// While trimming: the sound so far. While copying: the pause so far.
  private var held: [Int32] = []
  private var output: [Int32] = []

  static func trimmed(_ samples: [Int32]) -> [Int32] {
    var trimmer = SilenceTrimmer()
    trimmer.output.reserveCapacity(samples.count)
    for sample in samples { trimmer.examine(sample) }
    // A pause that the end cuts short was not long enough to go.
    if trimmer.mode == .copy { trimmer.flush() }
    return trimmer.output
  }

  private mutating func examine(_ sample: Int32) {
    let level = window.level(with: sample)
    let isSound =
      Double(level) / Double(Int32.max) * 100 > SilenceTrimmer.thresholdPercent
    window.push(sample)
    switch mode {
    case .trim:
      guard isSound else {
        if !held.isEmpty { held.removeAll(keepingCapacity: true) }
        return
      }
      held.append(sample)
      if held.count == SilenceTrimmer.holdLength {
        flush()
        mode = .copy
      }
    case .copy:
      if isSound {
        flush()
        output.append(sample)
        return
      }
      held.append(sample)
      if held.count == SilenceTrimmer.holdLength {
        held.removeAll(keepingCapacity: true)
        window = LevelWindow()
        mode = .trim
      }
    }
  }

  private mutating func flush() {
    guard !held.isEmpty else { return }
    output += held
    held.removeAll(keepingCapacity: true)
  }
}

/// The root mean square of the last 320 samples (20 ms), which start as
/// zeros.
///
/// The sum runs, and is rounded as it runs, in SoX's order of operations: a
/// sample at the threshold falls on the same side.
private struct LevelWindow {
  static let length = 320

  private var squares = [Double](repeating: 0, count: length)
  private var oldest = 0
  private var sum = 0.0

  /// The level if `sample` were pushed, truncated to an integer.
  func level(with sample: Int32) -> Int32 {
    let square = Double(sample) * Double(sample)
    let mean = (sum - squares[oldest] + square) / Double(LevelWindow.length)
    // Rounding may leave the running sum of a silence just below zero.
    return Int32(min(max(mean, 0).squareRoot(), Double(Int32.max)))
  }

  mutating func push(_ sample: Int32) {
    let square = Double(sample) * Double(sample)
    sum -= squares[oldest]
    squares[oldest] = square
    sum += square
    oldest = (oldest + 1) % LevelWindow.length
  }
}
