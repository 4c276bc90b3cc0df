/// Batches of utterances of about one length: the list, longest first, in
/// groups of `bucketSize`.
public struct BucketPlan: Dataloader {
  private let batches: [[Item]]

  /// When a group is made into smaller batches. Lengths count samples at
  /// 16 kHz.
  public struct Limits: Sendable, Equatable {
    /// A full group whose longest item is longer makes two batches.
    public var halvesAbove: Int
    /// A batch that is longer altogether is cut into several.
    public var total: Int

    /// Both in samples at 16 kHz.
    public init(halvesAbove: Int = 2000, total: Int) {
      self.halvesAbove = halvesAbove
      self.total = total
    }
  }

  /// `samples` are the items' lengths, which must not grow from one to the
  /// next. A last group that is not full makes one batch; of a single item it
  /// makes none, unless `bucketSize` is 1. With `random`, batches are
  /// shuffled.
  public init(
    _ items: [Item], samples: [Int], bucketSize: Int, limits: Limits,
    random: RandomStream? = nil
  ) throws {
    guard bucketSize > 0, items.count == samples.count else {
      throw TaskError.internal(
        "buckets of \(bucketSize) over \(items.count) items with "
          + "\(samples.count) lengths")
    }
    var batches: [[Item]] = []
    for first in stride(from: 0, to: items.count, by: bucketSize) {
      let group = first..<min(first + bucketSize, items.count)
      let isFull = group.count == bucketSize
      guard isFull || group.count > 1 else { continue }
      let isHalved =
        isFull && bucketSize > 1 && samples[first] > limits.halvesAbove
      let middle = isHalved ? first + bucketSize / 2 : group.upperBound
      for part in [first..<middle, middle..<group.upperBound] {
        batches += Self.pieces(of: part, total: limits.total) { samples[$0] }
          .map { Array(items[$0]) }
      }
    }
    let order =
      random?.permutation(of: batches.count) ?? Array(batches.indices)
    self.batches = order.map { batches[$0] }
  }

  /// How many batches there are.
  public var batchCount: Int { batches.count }

  /// Throws if there is no batch `index`.
  public func batch(_ index: Int) throws -> [Item] {
    guard batches.indices.contains(index) else {
      throw TaskError.invalidArgument("there is no batch \(index)")
    }
    return batches[index]
  }

  /// Cuts `part` into consecutive pieces of at most `total` by the sum of
  /// their elements' lengths, or of one element.
  public static func pieces(
    of part: Range<Int>, total: Int, length: (Int) -> Int
  ) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = part.lowerBound
    var sum = 0
    for index in part {
      if index > start, sum + length(index) > total {
        pieces.append(start..<index)
        start = index
        sum = 0
      }
      sum += length(index)
    }
    return start < part.upperBound
      ? pieces + [start..<part.upperBound] : pieces
  }
}
