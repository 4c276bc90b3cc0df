import Kernels

/// The distance of a query frame q and a document frame d.
package enum FrameDistance: String, Sendable, CaseIterable {
  /// exp(1 − cos) − 1, the benchmark's.
  case cosineExp = "cosine_exp"
  /// 1 − cos. Computed in float32 from frames of length one: a distance has
  /// an absolute error of some 1e-7, however small it is.
  ///
  /// The cosine of a frame of zeros, which is undefined (SciPy gives NaN), is
  /// taken to be 0: such a frame is like no other.
  case cosine
  /// Σ |q − d|
  case cityblock
  /// √ Σ (q − d)², from the differences, so that frames that are nearly equal
  /// lose no digits.
  case euclidean

  var kernel: Int32 {
    switch self {
    case .cosineExp: SUPERB_DISTANCE_COSINE_EXP
    case .cosine: SUPERB_DISTANCE_COSINE
    case .cityblock: SUPERB_DISTANCE_CITYBLOCK
    case .euclidean: SUPERB_DISTANCE_EUCLIDEAN
    }
  }
}
