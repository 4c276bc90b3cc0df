import TaskABI

/// A dataloader behind its C struct. Batches are made when first asked for
/// and kept, since the host may hold them until `destroy`.
final class DataloaderHandle {
  private let loader: any Dataloader
  private let host: UnsafePointer<superb_host>
  private let memory = CrossingMemory()
  private let table: UnsafeMutablePointer<superb_dataloader>
  private var batches: [Int64: BatchMemory] = [:]

  init(_ loader: any Dataloader, _ host: UnsafePointer<superb_host>) {
    self.loader = loader
    self.host = host
    table = memory.place(superb_dataloader())
    table.pointee.struct_size = sizeField(of: superb_dataloader.self)
    table.pointee.batch_count = Int64(loader.batchCount)
    table.pointee.batch = { me, index, out in
      guard let out,
        let handle = object(DataloaderHandle.self, at: me?.pointee.context)
      else { return SUPERB_INVALID_ARGUMENT }
      return reporting(to: handle.host) {
        out.pointee = try handle.batch(index)
      }
    }
    table.pointee.destroy = { me in
      release(DataloaderHandle.self, at: me?.pointee.context)
    }
  }

  func handOver() -> UnsafeMutablePointer<superb_dataloader> {
    table.pointee.context = Unmanaged.passRetained(self).toOpaque()
    return table
  }

  private func batch(_ index: Int64) throws -> UnsafePointer<superb_batch> {
    if let known = batches[index] { return known.batch }
    guard index >= 0, index < Int64(loader.batchCount) else {
      throw TaskError.invalidArgument(
        "batch \(index) of a dataloader that has \(loader.batchCount)")
    }
    let memory = BatchMemory(try loader.batch(Int(index)))
    batches[index] = memory
    return memory.batch
  }
}

/// The C structs of one batch, freed with it.
final class BatchMemory {
  let batch: UnsafePointer<superb_batch>
  private let audio: [UnsafePointer<superb_audio>?]
  private let memory = CrossingMemory()

  init(_ source: [Item]) {
    audio = source.map { [memory] in
      memory.value($0.audio.contract(path: memory.text($0.audio.path)))
    }
    let items = zip(source, audio).map { [memory] item, audio in
      memory.value(
        superb_item(
          struct_size: sizeField(of: superb_item.self),
          attribute_count: UInt32(clamping: item.attributes.count),
          id: memory.text(item.id),
          tag: UInt64(bitPattern: Int64(item.tag)), audio: audio,
          attributes: item.attributes.isEmpty
            ? nil : memory.attributes(item.attributes)))
    }
    batch = memory.value(
      superb_batch(
        struct_size: sizeField(of: superb_batch.self),
        count: UInt32(clamping: source.count),
        items: memory.pointers(items)))
  }

  /// The items' audio, borrowed for the call.
  func withAudio<Result>(
    _ body: (UnsafeBufferPointer<UnsafePointer<superb_audio>?>) throws
      -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) {
      try audio.withUnsafeBufferPointer(body)
    }
  }
}
