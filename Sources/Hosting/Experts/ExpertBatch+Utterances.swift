import TaskABI

extension ExpertBatch {
  /// One utterance of a batch, by its position.
  package typealias Place = (batch: ExpertBatch, position: Int)

  /// Calls `body` with a batch of these utterances, all of one dataloader, in
  /// place of those that the task has planned.
  package static func withUtterances<Result>(
    _ places: [Place], _ body: (ExpertBatch) throws -> Result
  ) rethrows -> Result? {
    guard let loader = places.first?.batch.loader else { return nil }
    let items = places.map { $0.batch.table.pointee.items?[$0.position] }
    return try items.withUnsafeBufferPointer { items in
      var table = superb_batch()
      table.struct_size = UInt32(MemoryLayout<superb_batch>.size)
      table.count = UInt32(items.count)
      table.items = items.baseAddress
      return try withUnsafePointer(to: table) {
        try body(
          ExpertBatch(
            table: $0, loader: loader,
            items: places.map { $0.batch.items[$0.position] }))
      }
    }
  }
}
