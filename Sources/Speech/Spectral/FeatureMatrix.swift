import Diagnostics
import Kernels

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
  /// Puts the columns' differences in time up to `order` after them.
  ///
  /// A difference spans five frames, the first and last repeated beyond the
  /// ends: d[t] = ((c[t+1] − c[t−1]) + 2 (c[t+2] − c[t−2])) / 10. The next
  /// order is the difference of the last.
  ///
  /// - Parameter rows: of `dimension` columns and of room for these.
  static func addDeltas(
    order: Int, to rows: UnsafeMutablePointer<Float>, frames: Int,
    dimension: Int
  ) {
    for level in 0..<order {
      superb_deltas(
        frames, dimension, dimension * (order + 1),
        rows + level * dimension, rows + (level + 1) * dimension)
    }
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
    superb_standardize_columns(
      frames, dimension, FeatureMatrix.normalizationEpsilon, &values)
  }
}
