import Synchronization

/// Room for one forward pass at a time, kept from one to the next.
///
/// Sendable because the pool hands it to one pass at a time.
final class Workspace: @unchecked Sendable {
  /// What room is for. Two uses of one slot in a pass follow each other.
  enum Slot: Int, CaseIterable {
    case samples, evenConvolutions, oddConvolutions, differences
    case firstFilters, features, projected, states
    case positionGroup, positionInput, positionOutput
    case encoderInput, normalized, projections, context, inner
    case keys, values, scores, sums, gates, distanceBias
  }

  private var buffers = [FloatBuffer?](
    repeating: nil, count: Slot.allCases.count)

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
}

/// As many workspaces as there are passes at the same time.
final class WorkspacePool: Sendable {
  private let idle = Mutex<[Workspace]>([])

  func with<Result>(_ body: (Workspace) throws -> Result) rethrows -> Result {
    let workspace = idle.withLock { $0.popLast() } ?? Workspace()
    defer { idle.withLock { $0.append(workspace) } }
    return try body(workspace)
  }

  /// What a pass makes of `input`, which is not empty: `count` numbers, all of
  /// which `pass` writes.
  func values(
    _ count: Int, from input: [Float],
    pass: (
      _ values: UnsafeMutablePointer<Float>, _ input: UnsafePointer<Float>,
      _ workspace: Workspace
    ) -> Void
  ) -> [Float] {
    with { workspace in
      [Float](unsafeUninitializedCapacity: count) { values, initialized in
        input.withUnsafeBufferPointer { input in
          guard let values = values.baseAddress, let x = input.baseAddress
          else { return }
          pass(values, x, workspace)
          initialized = count
        }
      }
    }
  }
}
