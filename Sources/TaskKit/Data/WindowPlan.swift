/// Training batches that are windows over a list sorted by label length, so
/// that a batch holds sentences of about one length.
///
/// There are as many windows as items: window i holds `windowSize` items from
/// min(i, count - windowSize) on. They overlap, and an epoch sees every item
/// about `windowSize` times.
public struct WindowPlan: Dataloader {
  private let items: [Item]
  private let starts: [Int]
  private let windowSize: Int
  private let lengths: AudioLengths
  private let limits: Limits

  /// When a window is cut short. Lengths count samples at 16 kHz.
  public struct Limits: Sendable, Equatable {
    /// A window whose first item is longer keeps its first half.
    public var halvesAbove: Int
    /// Together an item after another is left out from the end until the
    /// rest is at most as long; the first always stays.
    public var total: Int

    /// Both in samples at 16 kHz.
    public init(halvesAbove: Int = 300_000, total: Int) {
      self.halvesAbove = halvesAbove
      self.total = total
    }
  }

  /// `items` are sorted by the length of their labels, longest first. Windows
  /// come in an order drawn from `random`.
  public init(
    _ items: [Item], windowSize: Int, limits: Limits, lengths: AudioLengths,
    random: RandomStream
  ) {
    self.items = items
    self.windowSize = max(1, min(windowSize, items.count))
    self.limits = limits
    self.lengths = lengths
    let last = items.count - self.windowSize
    starts = random.permutation(of: items.count).map { min($0, last) }
  }

  /// As many as there are items.
  public var batchCount: Int { starts.count }

  /// Longest audio first; of equally long ones the first of the list.
  public func batch(_ index: Int) throws -> [Item] {
    guard starts.indices.contains(index) else {
      throw TaskError.invalidArgument("there is no batch \(index)")
    }
    let window = items[starts[index]..<starts[index] + windowSize]
    var batch = try window.map {
      (item: $0, samples: try lengths.samples(of: $0.audio.path))
    }
    if batch.count > 1, batch[0].samples > limits.halvesAbove {
      batch.removeLast(batch.count - batch.count / 2)
    }
    var total = batch.reduce(0) { $0 + $1.samples }
    while total > limits.total, batch.count > 1, let last = batch.popLast() {
      total -= last.samples
    }
    // The standard library's sort keeps the order of equals.
    return batch.sorted { $0.samples > $1.samples }.map(\.item)
  }
}

/// Windows in training and single utterances in evaluation, for corpora whose
/// utterances are sorted by the length of their labels.
public struct WindowBatching {
  private let context: TaskContext
  private let windowSize: Int
  private let limits: WindowPlan.Limits
  private let lengths: AudioLengths

  /// Reads `corpus.batch_size`, which is `windowSize` if it is not set, and
  /// `corpus.max_batch_seconds`.
  public init(_ context: TaskContext, windowSize: Int) throws {
    self.context = context
    self.windowSize = try context.config.integer(
      "corpus.batch_size", default: windowSize, atLeast: 1)
    limits = WindowPlan.Limits(
      total: try context.config.samples(
        ofSeconds: "corpus.max_batch_seconds", default: 600))
    lengths = AudioLengths(context)
  }

  /// The batches of `items`, which are all of the pass's split.
  public func callAsFunction(
    _ items: [Item], for pass: Pass
  ) throws -> any Dataloader {
    guard pass.isTraining else {
      return try BatchPlan.sequential(items, batchSize: 1)
    }
    return WindowPlan(
      items, windowSize: windowSize, limits: limits, lengths: lengths,
      random: context.random("train-order/\(pass.epoch)"))
  }
}
