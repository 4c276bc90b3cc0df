import Synchronization

/// Room for one forward pass at a time, kept from one to the next.
///
/// Sendable because the pool hands it to one pass at a time.
final class PassWorkspace: @unchecked Sendable {
  /// What room inside an operator is for. Two uses of one slot follow each
  /// other.
  enum Slot: Int, CaseIterable {
    case evenConvolutions, oddConvolutions, differences, firstFilters
    case padded, projections, context, inner
    case keys, values, scores, sums, gates, distanceBias, activations
    case rotated, positions, positionKeys, positionScores, positionQueries
    case keyScores
  }

  private var buffers = [FloatBuffer?](
    repeating: nil, count: Slot.allCases.count)
  /// Room between operators that nobody holds.
  private var idle: [FloatBuffer] = []

  /// Room for `count` numbers, of whatever value.
  func room(_ slot: Slot, _ count: Int) -> UnsafeMutablePointer<Float> {
    if let buffer = buffers[slot.rawValue], buffer.count >= count {
      return buffer.pointer
    }
    buffers[slot.rawValue] = nil
    let buffer = FloatBuffer(count)
    buffers[slot.rawValue] = buffer
    return buffer.pointer
  }

  /// Room for `count` numbers that is the caller's until it is given back:
  /// the smallest that there is. Where none is large enough, the largest
  /// makes way, so that there is no more than was ever needed at a time.
  func take(_ count: Int) -> FloatBuffer {
    let sizes = idle.indices.lazy.map {
      (index: $0, count: self.idle[$0].count)
    }
    if let fit = sizes.filter({ $0.count >= count })
      .min(by: { $0.count < $1.count })
    {
      return idle.remove(at: fit.index)
    }
    if let largest = sizes.max(by: { $0.count < $1.count }) {
      idle.remove(at: largest.index)
    }
    return FloatBuffer(count)
  }

  func give(_ buffer: FloatBuffer) { idle.append(buffer) }
}

/// As many workspaces as there are passes at the same time.
final class WorkspacePool: Sendable {
  private let idle = Mutex<[PassWorkspace]>([])

  func with<Result>(_ body: (PassWorkspace) throws -> Result) rethrows -> Result
  {
    let workspace = idle.withLock { $0.popLast() } ?? PassWorkspace()
    defer { idle.withLock { $0.append(workspace) } }
    return try body(workspace)
  }
}
