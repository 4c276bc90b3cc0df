import TaskKit

/// Query by example: which documents hold what a spoken query says. Nothing
/// is trained; frames are compared by dynamic time warping.
final class QueryByExample: DownstreamExpert {
  static let descriptor = TaskDescriptor(
    id: "qbe", title: "query by example",
    summary: "Finds a spoken query in spoken documents by dynamic time "
      + "warping of the features.",
    aliases: ["quesst14_dtw"],
    metrics: [
      Metric("mtwv", title: "MTWV", unit: .plain, higherIsBetter: true),
      Metric("atwv", title: "ATWV", unit: .plain, higherIsBetter: true),
      Metric("min_cnxe", title: "minCnxe", unit: .plain, higherIsBetter: false),
      Metric("cnxe", title: "Cnxe", unit: .plain, higherIsBetter: false),
    ],
    corpora: ["quesst2014"], scalarPrefix: "quesst14_dtw",
    testSplits: QUESST2014.splits)

  /// The score of trials that are not searched, of other languages: the one
  /// that the benchmark passes to the database's scoring script.
  private static let defaultScore = -10.0

  private let context: TaskContext
  private let corpus: QUESST2014
  private let warping: DynamicTimeWarping
  private let normalizesFeatures: Bool
  private let silenceFrame: Int?
  private let batchSize: Int
  private let portion: Int
  private var searches: [String: QuerySearch] = [:]

  convenience init(_ context: TaskContext) throws {
    try self.init(context, portion: QuerySearch.portion)
  }

  /// `portion` is how many numbers are aligned at a time; no score depends
  /// on it.
  init(_ context: TaskContext, portion: Int) throws {
    self.context = context
    self.portion = portion
    let config = context.config
    normalizesFeatures = try config.bool(
      "feature_normalization", default: true)
    silenceFrame =
      config.has("silence_frame")
      ? try config.integer("silence_frame", default: 0, atLeast: 0) : nil
    batchSize = try config.integer(
      "datarc.batch_size", default: 16, atLeast: 1)
    warping = try context.dynamicTimeWarping(Self.settings(config))
    corpus = QUESST2014(
      try context.corpus("quesst2014", unless: "datarc.dataset_root"))
  }

  private static func settings(
    _ config: TaskConfiguration
  ) throws -> DynamicTimeWarping.Settings {
    let distances: [String: DynamicTimeWarping.Distance] = [
      "cosine_exp": .cosineExp, "cosine": .cosine, "cityblock": .cityblock,
      "euclidean": .euclidean,
    ]
    let patterns: [String: DynamicTimeWarping.StepPattern] = [
      "asymmetric": .asymmetric, "symmetric1": .symmetric1,
      "symmetric2": .symmetric2,
    ]
    let distance = try config.choice(
      "dtwrc.dist_method", of: distances.keys.sorted(), default: "cosine_exp")
    let pattern = try config.choice(
      "dtwrc.step_pattern", of: patterns.keys.sorted(), default: "asymmetric")
    let isOpen = try config.bool("dtwrc.subsequence", default: true)
    guard !isOpen || pattern == "asymmetric" else {
      throw config.invalid(
        "dtwrc.subsequence", "is for step_pattern asymmetric only")
    }
    return DynamicTimeWarping.Settings(
      distance: distances[distance] ?? .cosineExp,
      pattern: patterns[pattern] ?? .asymmetric, openBegin: isOpen,
      openEnd: isOpen,
      minMax: try config.bool("dtwrc.minmax_norm", default: true))
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    let search = try corpus.search(split: pass.split)
    return try BatchPlan.sequential(
      search.comings, batchSize: batchSize)
  }

  /// A loss of 0. Features are counted at an utterance's first coming, and
  /// aligned at a document's second.
  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let size = try corpus.search(split: pass.split)
    let search = searches[pass.split] ?? newSearch(of: size)
    searches[pass.split] = search
    let queries = size.queries.count
    let utterances = queries + size.documents.count
    try batch.frames.withValues { values in
      for (row, tag) in batch.tags.enumerated() {
        let first = Int(batch.offsets[row]) * context.upstreamDim
        let end = Int(batch.offsets[row + 1]) * context.upstreamDim
        try withoutSilence(
          UnsafeBufferPointer(rebasing: values[first..<end])
        ) { frames in
          if tag < queries {
            try search.count(query: tag, frames)
          } else if tag < utterances {
            try search.count(document: tag - queries, frames)
          } else {
            try search.align(document: tag - utterances, frames)
          }
        }
      }
    }
    return context.constant([0], shape: [])
  }

  private func newSearch(of search: QUESST2014.Search) -> QuerySearch {
    QuerySearch(
      documents: search.documents.count, dim: context.upstreamDim,
      warping: warping, normalizes: normalizesFeatures, portion: portion)
  }

  /// Without the frames whose largest number, the first of equals, is that
  /// of silence.
  private func withoutSilence(
    _ frames: UnsafeBufferPointer<Float>,
    _ body: (UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    guard let silenceFrame else { return try body(frames) }
    var kept: [Float] = []
    for first in stride(from: 0, to: frames.count, by: context.upstreamDim) {
      let frame = frames[first..<first + context.upstreamDim]
      let largest = frame.indices.max { frame[$0] < frame[$1] } ?? first
      let top = frame.firstIndex(of: frame[largest]) ?? first
      if top - first != silenceFrame { kept += frame }
    }
    try kept.withUnsafeBufferPointer(body)
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    guard let search = searches.removeValue(forKey: pass.split) else { return }
    let data = try corpus.search(split: pass.split)
    let (documents, scores) = try search.finish(
      names: ({ data.queries[$0].id }, { data.documents[$0].id }))
    let detections = DetectionList(
      queries: search.heardQueries.map { data.queries[$0].id },
      documents: documents.map { data.documents[$0].id }, scores: scores
    ).detections
    try report(detections, data.reference, into: log)
    // The database's script takes every *.stdlist.xml of a folder.
    try log.file(
      pass.split == "eval"
        ? "benchmark.stdlist.xml" : "benchmark.stdlist.\(pass.split).xml",
      detections.xml())
    // Of the documents, also those that were not heard count.
    let documentCount = Double(data.reference.documents.count)
    try log.shares(
      data.reference.terms.compactMap { term in
        data.reference.occurrences[term].map {
          RecordLog.Share(
            metric: "mtwv", id: term, counted: Double($0.count),
            possible: documentCount)
        }
      }, of: pass.split)
    for term in detections.terms {
      let accepted = term.detections.filter(\.isAccepted).map(\.document)
      let truth = data.reference.occurrences[term.id] ?? []
      log.prediction(
        id: term.id, predicted: accepted.joined(separator: " "),
        truth: truth.sorted().joined(separator: " "))
    }
  }

  private func report(
    _ detections: TermDetections, _ reference: TermReference,
    into log: RecordLog
  ) throws {
    do {
      let beta = TermTrials.quesstBeta
      let prior = TermTrials.effectivePrior(beta: beta)
      let trials = try TermTrials(
        detections, reference: reference, defaultScore: Self.defaultScore)
      log.metric("mtwv", trials.maximumTermWeightedValue(beta: beta).value)
      log.metric("atwv", trials.actualTermWeightedValue(beta: beta))
      log.metric("min_cnxe", trials.minimumCrossEntropy(prior: prior))
      log.metric("cnxe", trials.crossEntropy(prior: prior))
      let searched = try TermTrials(
        detections, reference: reference.restricted(to: detections))
      // Not declared, so it is a curve and not a column.
      log.metric(
        "mtwv_searched", searched.maximumTermWeightedValue(beta: beta).value)
    } catch {
      throw TaskError.corruptData(
        "\(error.what). Raise --limit if the run was limited.")
    }
  }
}
