/// The batches of one split in one epoch. A pure function of the index: the
/// host may ask for any batch, in any order, any number of times.
public protocol Dataloader {
  var batchCount: Int { get }
  /// 0 <= index < batchCount.
  func batch(_ index: Int) throws -> [Item]
}

/// Batches of a fixed size over a list of items in a fixed order.
public struct BatchPlan: Dataloader {
  private let items: [Item]
  private let order: [Int]
  private let batchSize: Int
  /// How many batches there are.
  public let batchCount: Int

  /// Batches of `batchSize` over `items[order[0]], items[order[1]], …`.
  /// `batchSize` is at least 1; `order` holds indices of `items`.
  public init(
    _ items: [Item], order: [Int], batchSize: Int, dropsLast: Bool = false
  ) throws {
    guard batchSize > 0 else {
      throw TaskError.invalidArgument(
        "a batch size must be at least 1, not \(batchSize)")
    }
    guard order.allSatisfy(items.indices.contains) else {
      throw TaskError.internal("an order that points beyond its items")
    }
    self.items = items
    self.order = order
    self.batchSize = batchSize
    batchCount =
      order.count / batchSize
      + (dropsLast || order.count % batchSize == 0 ? 0 : 1)
  }

  /// Throws if there is no batch `index`.
  public func batch(_ index: Int) throws -> [Item] {
    guard index >= 0, index < batchCount else {
      throw TaskError.invalidArgument("there is no batch \(index)")
    }
    let first = index * batchSize
    return order[first..<min(first + batchSize, order.count)].map { items[$0] }
  }

  /// In the order given, nothing left out.
  public static func sequential(
    _ items: [Item], batchSize: Int
  ) throws -> BatchPlan {
    try BatchPlan(items, order: Array(items.indices), batchSize: batchSize)
  }

  /// Every item once, in an order drawn from `random`.
  public static func shuffled(
    _ items: [Item], batchSize: Int, dropsLast: Bool = false,
    random: RandomStream
  ) throws -> BatchPlan {
    try BatchPlan(
      items, order: random.permutation(of: items.count), batchSize: batchSize,
      dropsLast: dropsLast)
  }

  /// As many draws with replacement as there are items, item i with a
  /// probability proportional to weights[i].
  public static func sampled(
    _ items: [Item], weights: [Double], batchSize: Int,
    dropsLast: Bool = false, random: RandomStream
  ) throws -> BatchPlan {
    guard weights.count == items.count else {
      throw TaskError.internal(
        "\(weights.count) weights for \(items.count) items")
    }
    return try BatchPlan(
      items, order: random.sample(items.count, weights: weights),
      batchSize: batchSize, dropsLast: dropsLast)
  }

  /// Weights that draw every class equally often: N / (items of the class),
  /// with an item's class being its tag.
  public static func balancedWeights(_ items: [Item]) -> [Double] {
    let counts = items.reduce(into: [:]) { $0[$1.tag, default: 0] += 1 }
    return items.map { Double(items.count) / Double(counts[$0.tag] ?? 1) }
  }
}
