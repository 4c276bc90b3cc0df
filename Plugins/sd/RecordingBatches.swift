import TaskKit

/// One batch a recording: its chunks, in order.
struct RecordingBatches: Dataloader {
  let split: ChunkedSplit
  /// Recordings that have a chunk.
  private let ranges: [Range<Int>]

  init(_ split: ChunkedSplit) {
    self.split = split
    ranges = split.ranges.filter { !$0.isEmpty }
  }

  var batchCount: Int { ranges.count }

  func batch(_ index: Int) throws -> [Item] {
    guard ranges.indices.contains(index) else {
      throw TaskError(.invalidArgument, "there is no batch \(index)")
    }
    return try ranges[index].map(split.item)
  }
}
