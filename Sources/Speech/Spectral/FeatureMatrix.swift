import Diagnostics

/// The features of one utterance: one row a frame.
package struct FeatureMatrix: Hashable, Sendable {
  package let frames: Int
  package let dimension: Int
  /// Row-major, [frames, dimension].
  package var values: [Float]

  /// `values` must have frames · dimension elements.
  package init(frames: Int, dimension: Int, values: [Float]) {
    precondition(values.count == frames * dimension)
    self.frames = frames
    self.dimension = dimension
    self.values = values
  }

  /// One frame's features.
  package subscript(frame: Int) -> ArraySlice<Float> {
    values[frame * dimension..<(frame + 1) * dimension]
  }

  /// The first `frames` rows, or all if there are fewer.
  package func prefix(_ frames: Int) -> FeatureMatrix {
    guard frames < self.frames else { return self }
    return FeatureMatrix(
      frames: frames, dimension: dimension,
      values: Array(values.prefix(frames * dimension)))
  }
}

extension FeatureMatrix {
  /// The columns with their differences in time up to `order` after them.
  ///
  /// A difference spans five frames, the first and last repeated beyond the
  /// ends: d[t] = ((c[t+1] − c[t−1]) + 2 (c[t+2] − c[t−2])) / 10. The next
  /// order is the difference of the last.
  func withDeltas(order: Int) -> FeatureMatrix {
    guard order > 0, frames > 0 else { return self }
    let width = dimension * (order + 1)
    var output = [Float](repeating: 0, count: frames * width)
    output.withUnsafeMutableBufferPointer { output in
      for frame in 0..<frames {
        for column in 0..<dimension {
          output[frame * width + column] = values[frame * dimension + column]
        }
      }
      for level in 0..<order {
        let source = level * dimension
        let target = source + dimension
        for frame in 0..<frames {
          func row(_ other: Int) -> Int {
            min(max(other, 0), frames - 1) * width + source
          }
          let (before2, before1) = (row(frame - 2), row(frame - 1))
          let (after1, after2) = (row(frame + 1), row(frame + 2))
          let start = frame * width + target
          for column in 0..<dimension {
            let near = output[after1 + column] - output[before1 + column]
            let far = output[after2 + column] - output[before2 + column]
            output[start + column] = (near + 2 * far) / 10
          }
        }
      }
    }
    return FeatureMatrix(frames: frames, dimension: width, values: output)
  }

  /// What keeps the division of ``normalize()`` finite.
  static let normalizationEpsilon = 1e-10

  /// Cepstral mean and variance normalisation over the utterance: each
  /// column becomes (x − mean) / (1e-10 + deviation), with the unbiased
  /// deviation. Fails on a single frame, which has none.
  mutating func normalize() throws {
    guard frames > 1 else {
      throw UserError(
        "audio is too short: one frame cannot be normalised to unit variance",
        fix: "leave it out, or use features without CMVN such as fbank_no_cmvn"
      )
    }
    let (frames, dimension) = (frames, dimension)
    var means = [Double](repeating: 0, count: dimension)
    var scales = [Double](repeating: 0, count: dimension)
    values.withUnsafeMutableBufferPointer { values in
      means.withUnsafeMutableBufferPointer { means in
        scales.withUnsafeMutableBufferPointer { scales in
          for frame in 0..<frames {
            let start = frame * dimension
            for column in 0..<dimension {
              means[column] += Double(values[start + column])
            }
          }
          for column in 0..<dimension { means[column] /= Double(frames) }
          for frame in 0..<frames {
            let start = frame * dimension
            for column in 0..<dimension {
              let centred = Double(values[start + column]) - means[column]
              scales[column] += centred * centred
            }
          }
          for column in 0..<dimension {
            let deviation = (scales[column] / Double(frames - 1)).squareRoot()
            scales[column] =
              1 / (FeatureMatrix.normalizationEpsilon + deviation)
          }
          for frame in 0..<frames {
            let start = frame * dimension
            for column in 0..<dimension {
              let centred = Double(values[start + column]) - means[column]
              values[start + column] = Float(centred * scales[column])
            }
          }
        }
      }
    }
  }
}
