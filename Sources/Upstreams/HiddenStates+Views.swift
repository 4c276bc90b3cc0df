import Kernels

extension HiddenStates {
  /// The first `count` frames of every layer; all, if there are fewer.
  func prefix(frames count: Int) -> HiddenStates {
    self[frames: 0..<count]
  }

  /// These frames of every layer, as far as there are so many.
  subscript(frames range: Range<Int>) -> HiddenStates {
    let range = range.clamped(to: 0..<frames)
    guard range.count < frames else { return self }
    var kept: [Float] = []
    kept.reserveCapacity(layers * range.count * dimension)
    for layer in 0..<layers {
      let start = (layer * frames + range.lowerBound) * dimension
      kept += values[start..<start + range.count * dimension]
    }
    return HiddenStates(
      layers: layers, frames: range.count, dimension: dimension, values: kept)
  }

  /// One layer alone.
  func layer(_ index: Int) -> HiddenStates {
    let size = frames * dimension
    return HiddenStates(
      layers: 1, frames: frames, dimension: dimension,
      values: Array(values[index * size..<(index + 1) * size]))
  }

  /// Every frame of every layer with mean 0 and variance 1 over its values:
  /// layer normalisation without affine, biased variance, eps 1e-5.
  func normalized() -> HiddenStates {
    var result = self
    let width = dimension
    guard width > 0 else { return result }
    result.values.withUnsafeMutableBufferPointer { values in
      for row in 0..<layers * frames {
        let frame = UnsafeMutableBufferPointer(
          rebasing: values[row * width..<(row + 1) * width])
        var sum = 0.0
        for value in frame { sum += Double(value) }
        let mean = sum / Double(width)
        var squares = 0.0
        for value in frame {
          squares += (Double(value) - mean) * (Double(value) - mean)
        }
        let scale = 1 / (squares / Double(width) + 1e-5).squareRoot()
        for i in 0..<width {
          frame[i] = Float((Double(frame[i]) - mean) * scale)
        }
      }
    }
    return result
  }

  /// The mean over the frames, summed in double: `[layers, 1, dimension]`.
  func meanPooled() -> HiddenStates {
    var pooled: [Float] = []
    pooled.reserveCapacity(layers * dimension)
    var sums = [Double](repeating: 0, count: dimension)
    for layer in 0..<layers {
      for i in 0..<dimension { sums[i] = 0 }
      values.withUnsafeBufferPointer { values in
        for frame in 0..<frames {
          let row = (layer * frames + frame) * dimension
          for i in 0..<dimension { sums[i] += Double(values[row + i]) }
        }
      }
      for sum in sums { pooled.append(Float(sum / Double(frames))) }
    }
    return HiddenStates(
      layers: layers, frames: 1, dimension: dimension, values: pooled)
  }

  /// Whether there is neither a NaN nor an infinity among the values.
  var isFinite: Bool {
    superb_peak_bits(values.count, values) < Float.infinity.bitPattern
  }
}
