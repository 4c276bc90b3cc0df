import TaskKit

/// Mean and deviation of each dimension over all frames of a run.
struct PooledFrameStatistics {
  /// A deviation is never smaller.
  private static let leastDeviation = 1e-9

  private let dim: Int
  private var count = 0
  /// The first frame. Sums are of differences from it, so that a dimension
  /// far from 0 loses no digits.
  private var origin: [Float] = []
  private var sums: [Double]
  private var squares: [Double]

  init(dim: Int) {
    self.dim = dim
    sums = Array(repeating: 0, count: dim)
    squares = sums
  }

  /// Counts the frames of one more utterance, [frames, dim].
  mutating func add(_ frames: UnsafeBufferPointer<Float>) {
    if origin.isEmpty { origin = Array(frames.prefix(dim)) }
    for first in stride(from: 0, to: frames.count - dim + 1, by: dim) {
      for column in 0..<dim {
        let value = Double(frames[first + column]) - Double(origin[column])
        sums[column] += value
        squares[column] += value * value
      }
      count += 1
    }
  }

  /// The map to mean 0 and deviation 1, the deviation being the unbiased one.
  /// Nil without frames. Of a single frame the deviation is taken for 1.
  func normalization() -> FrameNormalization? {
    guard count > 0 else { return nil }
    var means: [Float] = []
    var deviations: [Float] = []
    for column in 0..<dim {
      let mean = sums[column] / Double(count)
      let variance =
        count < 2
        ? 1
        : max(0, squares[column] - mean * sums[column]) / Double(count - 1)
      means.append(Float(Double(origin[column]) + mean))
      deviations.append(
        Float(max(variance.squareRoot(), Self.leastDeviation)))
    }
    return FrameNormalization(means: means, deviations: deviations)
  }
}

/// (x − mean) / deviation in each dimension.
struct FrameNormalization: Equatable {
  let means: [Float]
  let deviations: [Float]

  func apply(to frames: inout PackedFrames) {
    frames.updateFrames { frame in
      for column in frame.indices {
        frame[column] = (frame[column] - means[column]) / deviations[column]
      }
    }
  }
}
