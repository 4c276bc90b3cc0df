import Kernels

/// All queries behind one another, packed for the product kernel.
///
/// Constant once it is made, and so safe to read on any thread.
final class QueryStack: @unchecked Sendable {
  let dim: Int
  /// Query i has rows starts[i] ..< starts[i + 1] of the stack.
  let starts: [Int]
  /// [groups][dim][12]
  let packed: UnsafeMutablePointer<Float>

  var count: Int { starts.count - 1 }
  var rows: Int { starts[count] }

  static let group = Int(SUPERB_QUERY_GROUP)

  init(
    _ queries: some FrameSource, dim: Int, distance: FrameDistance
  ) throws {
    var starts = [0]
    for index in 0..<queries.count {
      var frames = 0
      try queries.withMatrix(of: index, dim: dim, role: .query) {
        frames = $1
      }
      starts.append(starts[index] + frames)
    }
    self.dim = dim
    self.starts = starts
    let rows = starts[queries.count]
    let groups = (rows + Self.group - 1) / Self.group
    let size = groups * Self.group * dim
    packed = .allocate(capacity: max(size, 1))
    packed.initialize(repeating: 0, count: size)
    for index in 0..<queries.count {
      try queries.withMatrix(of: index, dim: dim, role: .query) {
        [packed] values, frames in
        guard frames == starts[index + 1] - starts[index] else {
          throw FrameRole.query.error(index, "changed its length")
        }
        let bad = superb_pack_query(
          distance.kernel, frames, dim, values, starts[index], packed)
        try FrameRole.query.check(index, firstBadFrame: bad)
      }
    }
  }

  deinit {
    packed.deallocate()
  }

  func frames(of query: Int) -> Int { starts[query + 1] - starts[query] }
}
