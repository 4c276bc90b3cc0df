import Diagnostics
import Hosting
import Tensors
import Upstreams

/// Brings the features of a task's batches: enumerates what a run will need,
/// and hands out batch after batch, of features that were extracted once, or
/// that are computed with the weights of the moment.
package final class BatchFeed {
  private let expert: Expert
  private let states: BatchStates
  private let featurizer: Featurizer
  /// Of an upstream that is trained, in place of what is stored.
  private let trained: TrainedFeatures?
  private let augmentation: FeatureAugmentation?
  /// At most so many utterances of a split.
  private let limit: Int?

  package init(
    expert: Expert, states: BatchStates, featurizer: Featurizer,
    trained: TrainedFeatures? = nil,
    augmentation: FeatureAugmentation? = nil, limit: Int?
  ) {
    self.expert = expert
    self.states = states
    self.featurizer = featurizer
    self.trained = trained
    self.augmentation = augmentation
    self.limit = limit
  }

  /// The batches of a pass, at most as many as hold `limit` utterances, or a
  /// share of them. Limited training repeats its first epoch.
  ///
  /// Where fewer than all are wanted they are the first ones; of a list that
  /// begins with its longest utterances they lie evenly along it, or a part
  /// would tell of nothing but long speech.
  package func batches(
    for pass: ExpertPass, share: Double = 1
  ) throws -> LimitedDataloader {
    var pass = pass
    if limit != nil { pass.epoch = 0 }
    let loader = try expert.dataloader(for: pass)
    let whole = LimitedDataloader(
      loader: loader, places: Array(0..<loader.batchCount))
    if limit == nil, share >= 1 { return whole }
    let order =
      try !pass.isTraining && whole.beginsWithTheLongest()
      ? LimitedDataloader.spread(whole.count) : whole.places
    var chosen: [Int] = []
    var utterances = 0
    for place in order where utterances < limit ?? .max {
      chosen.append(place)
      utterances += try loader.batch(place).items.count
    }
    let count = Int((Double(chosen.count) * share).rounded(.up))
    return LimitedDataloader(
      loader: loader, places: chosen.prefix(count).sorted())
  }

  /// Features of a training batch for the step that follows, which begins
  /// with it. Heads that share ``BatchStates`` and take the batch one after
  /// the other have it read once.
  package func features(
    of batch: ExpertBatch
  ) throws -> (Node, offsets: [Int64]) {
    try features(of: batch.items.map(\.span), reading: states.states(ofBatch:))
  }

  /// Features of utterances for the step that follows, which begins with it.
  package func features(
    of spans: [AudioSpan]
  ) throws -> (Node, offsets: [Int64]) {
    try features(of: spans, reading: states.states(of:))
  }

  private func features(
    of spans: [AudioSpan],
    reading read: ([AudioSpan]) throws -> [StoredStates]
  ) throws -> (Node, offsets: [Int64]) {
    let features =
      try trained?.features(of: spans)
      ?? featurizer.features(of: read(spans))
    return try augmentation?(features.0, offsets: features.offsets) ?? features
  }

  /// The upstream, if it is trained.
  package var upstream: TrainedUpstream? { trained?.upstream }

  /// Sends the gradients that have come to the last features on to the
  /// upstream, if it is trained. The step may end with it.
  func sendBack() throws { try trained?.sendBack() }

  /// How many epochs of training to look ahead: with crops and resampling
  /// the first one does not name everything. What even these do not name is
  /// extracted when it is met.
  private static let lookAhead = 4

  /// How many different utterances of each split the enumeration of spans has
  /// met.
  package internal(set) var utterances: [String: Int] = [:]

  /// Every span that evaluation on `evaluation` and `steps` batches of
  /// training will ask for, and the ids they go by.
  package func spans(
    training split: String, from firstEpoch: Int = 0, batchLimit: Int,
    evaluation: [String]
  ) throws -> [String: AudioSpan] {
    var spans: [String: AudioSpan] = [:]
    var ids: [String: Set<String>] = [:]
    func add(
      _ loader: LimitedDataloader, of split: String, upTo most: Int
    ) throws {
      for index in 0..<min(loader.count, most) {
        for item in try loader.batch(index).items {
          ids[split, default: []].insert(item.id)
          let crop = item.span.crop.map { "#\($0.variant)" } ?? ""
          spans[item.id + crop] = item.span
        }
      }
    }
    for split in evaluation {
      try add(
        try batches(for: .evaluation(of: split)), of: split, upTo: .max)
    }
    var remaining = batchLimit
    var epoch = firstEpoch
    while remaining > 0, epoch < firstEpoch + Self.lookAhead {
      let loader = try batches(for: .training(split, epoch: epoch))
      guard loader.count > 0 else { break }
      try add(loader, of: split, upTo: remaining)
      remaining -= loader.count
      epoch += 1
    }
    utterances = ids.mapValues(\.count)
    return spans
  }
}

/// A dataloader, or a part of it.
package struct LimitedDataloader {
  package let loader: ExpertDataloader
  /// The batches' numbers, rising.
  let places: [Int]
  package var count: Int { places.count }

  package func batch(_ index: Int) throws -> ExpertBatch {
    try loader.batch(places[index])
  }

  /// Whether batches are in the order of their first utterances' lengths, as
  /// far as a few of them tell.
  func beginsWithTheLongest() throws -> Bool {
    let looks = min(count, 9)
    guard looks > 3 else { return false }
    let lengths = try (0..<looks).map { look in
      try batch(look * (count - 1) / (looks - 1)).items.first?.span.seconds()
        ?? 0
    }
    return zip(lengths, lengths.dropFirst()).allSatisfy { $0 >= $1 }
      && lengths[0] > lengths[looks - 1]
  }

  /// The numbers below `count` in an order whose every beginning lies evenly
  /// among them: by their digits in base two, the last one first.
  static func spread(_ count: Int) -> [Int] {
    guard count > 1 else { return Array(0..<count) }
    let width = Int.bitWidth - (count - 1).leadingZeroBitCount
    return (0..<1 << width).map { number in
      (0..<width).reduce(0) { $0 | (number >> $1 & 1) << (width - 1 - $1) }
    }.filter { $0 < count }
  }
}
