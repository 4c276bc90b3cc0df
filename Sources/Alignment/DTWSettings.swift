import Diagnostics
import Kernels

/// What dynamic time warping compares, and how.
package struct DTWSettings: Sendable, Equatable {
  package var distance: FrameDistance
  package var pattern: StepPattern
  /// A path may begin in any frame of the document, not only in its first.
  package var openBegin: Bool
  /// A path may end in any frame of the document, not only in its last.
  package var openEnd: Bool
  /// Each query frame's distances d to a document's frames are first mapped
  /// to (d − min) / max(max − min, 1e-9).
  package var minMax: Bool

  /// Ends that are not said are the pattern's own.
  package init(
    distance: FrameDistance = .cosineExp, pattern: StepPattern = .asymmetric,
    openBegin: Bool? = nil, openEnd: Bool? = nil, minMax: Bool = true
  ) {
    self.distance = distance
    self.pattern = pattern
    self.openBegin = openBegin ?? pattern.isOpenByDefault
    self.openEnd = openEnd ?? pattern.isOpenByDefault
    self.minMax = minMax
  }

  /// Query by example as the benchmark has it.
  package static let benchmark = DTWSettings()

  /// Refuses the combinations that have no normalised distance, as dtw-python
  /// does.
  func validate() throws {
    switch pattern {
    case .asymmetric:
      break
    case .symmetric1, .symmetric2:
      if openBegin {
        throw UserError(
          "step pattern '\(pattern.rawValue)' cannot begin anywhere",
          fix: "use 'asymmetric' or 'subsequence'")
      }
      if pattern == .symmetric1, openEnd {
        throw UserError(
          "step pattern 'symmetric1' cannot end anywhere",
          fix: "use 'symmetric2' or 'subsequence'")
      }
    case .subsequence:
      if !(openBegin && openEnd) {
        throw UserError(
          "step pattern 'subsequence' has both ends open",
          fix: "use 'symmetric1' for closed ends")
      }
    }
  }

  var rule: superb_dtw_rule {
    superb_dtw_rule(
      distance: distance.kernel, pattern: pattern.kernel,
      normalization: pattern.kernelNormalization,
      open_begin: openBegin ? 1 : 0, open_end: openEnd ? 1 : 0,
      min_max: minMax ? 1 : 0)
  }
}
