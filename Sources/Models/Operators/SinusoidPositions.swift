import Foundation

/// Positions as sinusoids: sin(t / 10000^(i/size)) in each even column i, the
/// cosine of the same angle in the odd column behind it.
///
/// "Attention is all you need", section 3.5.
struct SinusoidPositions: Sendable {
  private let size: Int
  /// Radians a frame, one for each pair of columns.
  private let frequencies: [Double]

  init(size: Int) {
    self.size = size
    frequencies = stride(from: 0, to: size, by: 2).map {
      pow(10000, -Double($0) / Double(size))
    }
  }

  /// Adds to each utterance's rows of x `[frames, size]` the positions from
  /// 0 on.
  func add(to x: UnsafeMutablePointer<Float>, _ spans: [Range<Int>]) {
    for span in spans {
      for frame in 0..<span.count {
        let row = x + (span.lowerBound + frame) * size
        for (pair, frequency) in frequencies.enumerated() {
          let angle = Double(frame) * frequency
          row[2 * pair] += Float(sin(angle))
          if 2 * pair + 1 < size { row[2 * pair + 1] += Float(cos(angle)) }
        }
      }
    }
  }
}
