import Diagnostics
import Foundation

/// Dynamic time warping of many queries against many documents.
///
/// The queries are held, normalised and packed; documents come from a
/// `FrameSource`, are looked at one by one and not kept. The distances of all
/// frames are products of matrices, cut into blocks that stay in cache, and
/// each block goes straight through the recursion.
///
/// A pair's bits depend on its frames and the settings alone: not on other
/// queries or documents, nor on the number of threads. So documents may be
/// aligned in portions, in any order, in several processes of one machine
/// type, and a stopped run may go on with those that are missing.
package final class Aligner: Sendable {
  package let settings: DTWSettings
  /// Numbers in a frame.
  package let dim: Int
  /// The most threads that work on documents at once.
  package let threads: Int
  let queries: QueryStack

  /// - Parameters:
  ///   - queries: [frames, dim] each; copied. A query without frames is
  ///     infinitely far from everything.
  ///   - threads: as many as there are cores unless said.
  /// - Throws: `UserError` for settings that do not go together, and for a
  ///   query that is not frames of `dim` finite numbers.
  package init(
    queries: some FrameSource, dim: Int,
    settings: DTWSettings = .benchmark, threads: Int? = nil
  ) throws {
    try settings.validate()
    guard dim > 0 else { throw UserError("frames have \(dim) numbers") }
    self.settings = settings
    self.dim = dim
    self.threads = max(
      1, threads ?? ProcessInfo.processInfo.activeProcessorCount)
    self.queries = try QueryStack(
      queries, dim: dim, distance: settings.distance)
  }

  package var queryCount: Int { queries.count }
}
