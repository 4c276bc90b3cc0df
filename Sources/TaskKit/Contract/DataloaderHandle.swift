import TaskABI

/// A dataloader behind its C struct. Batches are made when first asked for
/// and kept, since the host may hold them until `destroy`.
final class DataloaderHandle {
  private let loader: any Dataloader
  private let host: UnsafePointer<superb_host>
  private let table: UnsafeMutablePointer<superb_dataloader>
  private var batches: [Int64: BatchMemory] = [:]

  init(_ loader: any Dataloader, _ host: UnsafePointer<superb_host>) {
    self.loader = loader
    self.host = host
    table = .allocate(capacity: 1)
    table.initialize(to: superb_dataloader())
    table.pointee.struct_size = sizeField(of: superb_dataloader.self)
    table.pointee.batch_count = Int64(loader.batchCount)
    table.pointee.batch = { me, index, out in
      guard let context = me?.pointee.context, let out else {
        return SUPERB_INVALID_ARGUMENT
      }
      let handle = Unmanaged<DataloaderHandle>.fromOpaque(context)
        .takeUnretainedValue()
      return reporting(to: handle.host) {
        out.pointee = try handle.batch(index)
      }
    }
    table.pointee.destroy = { me in
      guard let context = me?.pointee.context else { return }
      Unmanaged<DataloaderHandle>.fromOpaque(context).release()
    }
  }

  deinit {
    table.deallocate()
  }

  func handOver() -> UnsafeMutablePointer<superb_dataloader> {
    table.pointee.context = Unmanaged.passRetained(self).toOpaque()
    return table
  }

  private func batch(_ index: Int64) throws -> UnsafePointer<superb_batch> {
    if let known = batches[index] { return known.batch }
    guard index >= 0, index < Int64(loader.batchCount) else {
      throw TaskError(
        .invalidArgument,
        "batch \(index) of a dataloader that has \(loader.batchCount)")
    }
    let memory = BatchMemory(try loader.batch(Int(index)))
    batches[index] = memory
    return memory.batch
  }
}

/// The C structs of one batch, freed with it.
final class BatchMemory {
  private let header: UnsafeMutablePointer<superb_batch>
  private let rows: UnsafeMutablePointer<UnsafePointer<superb_item>?>
  private let items: UnsafeMutablePointer<superb_item>
  private let audio: UnsafeMutablePointer<superb_audio>
  private let text: UnsafeMutablePointer<CChar>
  /// Of the items that have some.
  private let attributes = CrossingMemory()

  var batch: UnsafePointer<superb_batch> { UnsafePointer(header) }

  init(_ source: [Item]) {
    header = .allocate(capacity: 1)
    rows = .allocate(capacity: source.count)
    items = .allocate(capacity: source.count)
    audio = .allocate(capacity: source.count)
    // All text in one block: each string, then its NUL.
    text = .allocate(
      capacity: source.reduce(0) {
        $0 + $1.id.utf8.count + $1.audio.path.utf8.count + 2
      })
    var end = text
    func keep(_ string: String) -> UnsafePointer<CChar> {
      let start = end
      for byte in string.utf8 {
        end.initialize(to: CChar(bitPattern: byte))
        end += 1
      }
      end.initialize(to: 0)
      end += 1
      return UnsafePointer(start)
    }
    for (row, item) in source.enumerated() {
      (audio + row).initialize(
        to: item.audio.contract(path: keep(item.audio.path)))
      (items + row).initialize(
        to: superb_item(
          struct_size: sizeField(of: superb_item.self),
          attribute_count: UInt32(clamping: item.attributes.count),
          id: keep(item.id), tag: UInt64(bitPattern: Int64(item.tag)),
          audio: UnsafePointer(audio + row),
          attributes: item.attributes.isEmpty
            ? nil : attributes.attributes(item.attributes)))
      (rows + row).initialize(to: UnsafePointer(items + row))
    }
    header.initialize(
      to: superb_batch(
        struct_size: sizeField(of: superb_batch.self),
        count: UInt32(clamping: source.count), items: UnsafePointer(rows)))
  }

  /// The items' audio, borrowed for the call.
  func withAudio<Result>(
    _ body: (UnsafeBufferPointer<UnsafePointer<superb_audio>?>) throws
      -> Result
  ) rethrows -> Result {
    let count = Int(header.pointee.count)
    let audio = (0..<count).map { Optional(UnsafePointer(self.audio + $0)) }
    return try withExtendedLifetime(self) {
      try audio.withUnsafeBufferPointer(body)
    }
  }

  deinit {
    header.deallocate()
    rows.deallocate()
    items.deallocate()
    audio.deallocate()
    text.deallocate()
  }
}
