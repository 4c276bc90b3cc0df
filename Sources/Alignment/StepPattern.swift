import Kernels

/// How a path may step through the pairs of query frame i and document frame
/// j. g(i, j) is the cost of the best path to that pair, d(i, j) its distance,
/// N the query's frames and j the document frame, from 0, where a path ends.
package enum StepPattern: String, Sendable, CaseIterable {
  /// g(i, j) = d + min{g(i−1, j), g(i−1, j−1), g(i−1, j−2)}, divided by N.
  case asymmetric
  /// g(i, j) = d + min{g(i−1, j), g(i−1, j−1), g(i, j−1)}, not divided:
  /// dtw-python defines no normalised distance for it. Closed ends only.
  case symmetric1
  /// g(i, j) = min{g(i−1, j) + d, g(i−1, j−1) + 2d, g(i, j−1) + d}, divided
  /// by N + j + 1; a path begins with the pair of first frames.
  case symmetric2
  /// The steps of `symmetric1` from any document frame to any other, divided
  /// by N: the subsequence of the document that is most like the query.
  case subsequence

  /// Whether a path begins and ends in any document frame unless it is said
  /// otherwise.
  package var isOpenByDefault: Bool {
    self == .asymmetric || self == .subsequence
  }

  var kernel: Int32 {
    switch self {
    case .asymmetric: SUPERB_PATTERN_ASYMMETRIC
    case .symmetric1, .subsequence: SUPERB_PATTERN_SYMMETRIC1
    case .symmetric2: SUPERB_PATTERN_SYMMETRIC2
    }
  }

  var kernelNormalization: Int32 {
    switch self {
    case .asymmetric, .subsequence: SUPERB_NORMALIZE_QUERY
    case .symmetric1: SUPERB_NORMALIZE_NONE
    case .symmetric2: SUPERB_NORMALIZE_BOTH
    }
  }
}
