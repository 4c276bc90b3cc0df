import TaskKit

/// The chunks of one recording after another, in order: a batch a recording,
/// or several where a recording is too long for one.
struct RecordingBatches: Dataloader {
  private let split: ChunkedSplit
  private let batches: [Range<Int>]

  /// - Parameter most: Frames of a batch, unless a single chunk has more.
  init(_ split: ChunkedSplit, frames most: Int) {
    self.split = split
    batches = split.ranges.flatMap { range in
      BucketPlan.pieces(of: range, total: most) {
        split.chunks[$0].frames.count
      }
    }
  }

  var batchCount: Int { batches.count }

  func batch(_ index: Int) throws -> [Item] {
    guard batches.indices.contains(index) else {
      throw TaskError.invalidArgument("there is no batch \(index)")
    }
    return try batches[index].map(split.item)
  }
}
