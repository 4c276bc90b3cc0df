/// Queries or documents, looked at one by one, so that a corpus need not fit
/// in memory.
package protocol FrameSource: Sendable {
  /// How many there are.
  var count: Int { get }
  /// Calls `body` once with number `index`: float32 [frames, dim], row-major.
  /// The numbers are borrowed for the call. Called on several threads at
  /// once, and for a document at most a few times.
  func withFrames(
    of index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws
}

/// Frames in memory: one array [frames, dim] each.
package struct FrameArrays: FrameSource {
  package var arrays: [[Float]]

  package init(_ arrays: [[Float]]) {
    self.arrays = arrays
  }

  package var count: Int { arrays.count }

  package func withFrames(
    of index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    try arrays[index].withUnsafeBufferPointer(body)
  }
}

extension FrameSource {
  /// Calls `body` with number `index` and its frames, after a check that they
  /// are frames of `dim` numbers.
  func withMatrix(
    of index: Int, dim: Int, role: FrameRole,
    _ body: (UnsafePointer<Float>, Int) throws -> Void
  ) throws {
    try withFrames(of: index) { values in
      guard values.count.isMultiple(of: dim) else {
        throw role.error(
          index, "has \(values.count) numbers, not frames of \(dim)")
      }
      guard let pointer = values.baseAddress, values.count > 0 else { return }
      try body(pointer, values.count / dim)
    }
  }
}
