import TaskABI

/// A batch as `forward` receives it: who the utterances are, and their hidden
/// states behind one another.
public struct Batch {
  /// The items' ids, tags and attributes, in the dataloader's order.
  public let ids: [String]
  /// The items' tags, in their order.
  public let tags: [Int]
  /// The items' attributes, in their order.
  public let attributes: [[String: String]]
  /// float32 [offsets.last, upstreamDim].
  public let frames: Tensor
  /// count + 1 row numbers; utterance i has rows offsets[i] ..< offsets[i+1].
  public let offsets: [Int64]

  /// How many utterances there are.
  public var count: Int { ids.count }

  /// - Parameter attributes: of each item; none if nil.
  public init(
    ids: [String], tags: [Int], attributes: [[String: String]]? = nil,
    frames: Tensor, offsets: [Int64]
  ) {
    self.ids = ids
    self.tags = tags
    self.attributes = attributes ?? Array(repeating: [:], count: ids.count)
    self.frames = frames
    self.offsets = offsets
  }

  init(
    _ batch: superb_batch, _ features: superb_features,
    _ operators: OperatorTables
  ) throws {
    guard batch.count == features.count, let offsets = features.offsets else {
      throw TaskError.invalidArgument(
        "the host passed features of \(features.count) utterances for a "
          + "batch of \(batch.count)")
    }
    let items = UnsafeBufferPointer(
      start: batch.items, count: Int(batch.count)
    ).compactMap { $0 }
    self.init(
      ids: items.map { $0.pointee.id.map { String(cString: $0) } ?? "" },
      tags: items.map { Int(Int64(bitPattern: $0.pointee.tag)) },
      attributes: items.map { Self.attributes(of: $0.pointee) },
      frames: Tensor(features.frames, operators),
      offsets: Array(
        UnsafeBufferPointer(start: offsets, count: Int(batch.count) + 1)))
  }
  private static func attributes(of item: superb_item) -> [String: String] {
    // Hardly any item has one.
    guard item.attribute_count > 0, let list = item.attributes else {
      return [:]
    }
    var attributes: [String: String] = [:]
    for index in 0..<Int(item.attribute_count) {
      guard let one = list[index]?.pointee, let name = one.name,
        let value = one.value
      else { continue }
      attributes[String(cString: name)] = String(cString: value)
    }
    return attributes
  }
}
