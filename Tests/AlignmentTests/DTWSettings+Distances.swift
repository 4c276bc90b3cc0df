import Diagnostics
import Kernels

@testable import Alignment

extension DTWSettings {
  /// Aligns one query and one document by distances that the caller has
  /// computed, of whatever kind; `distance` is not looked at.
  ///
  /// - Parameters:
  ///   - distances: [query frames, documentFrames], row-major, finite and
  ///     none below 0.
  /// - Returns: the normalised distance and the document frame where the best
  ///   path ends; infinity and -1 where there is no path.
  func align(
    distances: [Float], documentFrames frames: Int
  ) throws -> (distance: Float, end: Int) {
    try validate()
    guard frames >= 0, frames > 0 || distances.isEmpty,
      frames == 0 || distances.count.isMultiple(of: frames)
    else {
      throw UserError(
        "\(distances.count) distances are not rows of \(frames)")
    }
    guard distances.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw UserError("a distance is below 0 or not finite")
    }
    guard !distances.isEmpty else { return (.infinity, -1) }
    let rows = distances.count / frames
    var workspace = Workspace()
    workspace.reserve(frames: frames, dim: 1)
    // Its products are its distances.
    var rule = rule
    rule.distance = SUPERB_DISTANCE_CITYBLOCK
    for row in 0..<rows {
      for column in 0..<frames {
        workspace.products.numbers[column] = distances[row * frames + column]
      }
      superb_dtw_rows(
        &rule, 1, row == 0 ? 1 : 0, frames, workspace.products.numbers, 0,
        workspace.line.numbers, workspace.costs.numbers)
    }
    var end: Int = -1
    let distance = superb_dtw_end(
      &rule, rows, frames, workspace.costs.numbers, &end)
    return (distance, Int(end))
  }
}
