import TaskABI

/// A batch as `forward` receives it: who the utterances are, and their hidden
/// states behind one another.
public struct Batch {
  /// The items' ids and tags, in the dataloader's order.
  public let ids: [String]
  public let tags: [Int]
  /// float32 [offsets.last, upstreamDim].
  public let frames: Tensor
  /// count + 1 row numbers; utterance i has rows offsets[i] ..< offsets[i+1].
  public let offsets: [Int64]

  public var count: Int { ids.count }

  public init(ids: [String], tags: [Int], frames: Tensor, offsets: [Int64]) {
    self.ids = ids
    self.tags = tags
    self.frames = frames
    self.offsets = offsets
  }

  init(
    _ batch: superb_batch, _ features: superb_features, _ tensors: TensorAPI
  ) throws {
    guard batch.count == features.count, let offsets = features.offsets else {
      throw TaskError(
        .invalidArgument,
        "the host passed features of \(features.count) utterances for a "
          + "batch of \(batch.count)")
    }
    let items = UnsafeBufferPointer(
      start: batch.items, count: Int(batch.count)
    ).compactMap { $0 }
    self.init(
      ids: items.map { $0.pointee.id.map { String(cString: $0) } ?? "" },
      tags: items.map { Int(Int64(bitPattern: $0.pointee.tag)) },
      frames: Tensor(features.frames, tensors),
      offsets: Array(
        UnsafeBufferPointer(start: offsets, count: Int(batch.count) + 1)))
  }
}
