import Foundation

/// The angles by which the two halves of each head's numbers are turned
/// against each other, frame by frame: rotary positions (Su and others, 2021).
struct HeadTurns: Sendable {
  let heads: Int
  /// Numbers of a head.
  let size: Int
  /// Radians a frame, one for each number of a half.
  private let frequencies: [Double]

  init(heads: Int, size: Int, base: Double) {
    self.heads = heads
    self.size = size
    // In single precision, as it is in the models' own code.
    frequencies = stride(from: 0, to: size, by: 2).map {
      Double(Float(1 / pow(base, Double(Float($0) / Float(size)))))
    }
  }

  /// Cosines and sines of `frames` frames, `[frames, size / 2]` both.
  func table(_ frames: Int) -> (cosines: [Float], sines: [Float]) {
    let angles = (0..<frames).flatMap { frame in
      frequencies.map { Double(frame) * $0 }
    }
    return (angles.map { Float(cos($0)) }, angles.map { Float(sin($0)) })
  }

  /// Writes the turned rows of x, `[Σ frames, heads · size]`.
  func apply(
    _ x: UnsafePointer<Float>, _ spans: [Range<Int>],
    into y: UnsafeMutablePointer<Float>
  ) {
    let (cosines, sines) = table(spans.map(\.count).max() ?? 0)
    let half = size / 2
    for span in spans {
      for (frame, row) in span.enumerated() {
        for head in 0..<heads {
          let start = (row * heads + head) * size
          for index in 0..<half {
            let (a, b) = (x[start + index], x[start + half + index])
            let (c, s) = (
              cosines[frame * half + index], sines[frame * half + index]
            )
            y[start + index] = a * c - b * s
            y[start + half + index] = b * c + a * s
          }
        }
      }
    }
  }
}
