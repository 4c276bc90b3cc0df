/// Frames of several utterances behind one another, owned: float32
/// [frames, dim], row-major.
public struct PackedFrames: Sendable, Equatable {
  /// Numbers in a frame.
  public let dim: Int
  /// The frames' numbers, float32 [frames, dim], row after row.
  public private(set) var values: [Float] = []
  /// count + 1 row numbers; utterance i has rows offsets[i] ..< offsets[i+1].
  public private(set) var offsets = [0]

  /// `dim` is at least 1.
  public init(dim: Int) {
    self.dim = dim
  }

  /// Utterances.
  public var count: Int { offsets.count - 1 }

  /// How many frames utterance `index` has, `0 ..< count`.
  public func frameCount(_ index: Int) -> Int {
    offsets[index + 1] - offsets[index]
  }

  /// The frames of one utterance.
  public subscript(index: Int) -> ArraySlice<Float> {
    values[offsets[index] * dim..<offsets[index + 1] * dim]
  }

  /// A copy of one more utterance, whole frames; what is left of an
  /// incomplete one is not taken.
  public mutating func append(_ frames: some Collection<Float>) {
    let rows = frames.count / dim
    values.append(contentsOf: frames.prefix(rows * dim))
    offsets.append(offsets[offsets.count - 1] + rows)
  }

  /// Gives every frame to `body` to be changed in place.
  public mutating func updateFrames(
    _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    let dim = dim
    values.withUnsafeMutableBufferPointer { values in
      for first in stride(from: 0, to: values.count, by: dim) {
        body(
          UnsafeMutableBufferPointer(rebasing: values[first..<first + dim]))
      }
    }
  }

  /// Forgets all utterances and keeps the memory for others.
  public mutating func removeAll() {
    values.removeAll(keepingCapacity: true)
    offsets = [0]
  }
}
