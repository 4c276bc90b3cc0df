import TaskKit

/// Finds queries in documents that come twice: once so that the statistics of
/// all frames are known, and once more to be aligned, a portion at a time.
/// However many documents there are, the memory needed is that of the
/// queries and of one portion.
///
/// The first documents that fill a portion are kept from their first coming,
/// so that a small corpus, or the beginning of a large one, needs no second.
final class QuerySearch {
  /// 64 MiB of frames.
  static let portion = 1 << 24

  private enum Progress {
    case unheard
    /// Counted, and not kept.
    case counted
    /// Waits to be aligned, or has been.
    case taken
  }

  /// A query with fewer frames has a score of 0 against every document.
  private static let leastFrames = 5

  private let warping: DynamicTimeWarping
  private let normalizes: Bool
  /// Numbers that a portion has at most before it is aligned.
  private let portion: Int

  private var statistics: PooledFrameStatistics
  /// Until the first portion is aligned.
  private var isCounting = true
  private var normalization: FrameNormalization?
  /// In the order of their coming.
  private(set) var heardQueries: [Int] = []
  /// All that were heard; once counting has ended, those that are long
  /// enough.
  private var queries: PackedFrames
  /// Where a row of `heardQueries` is among the long ones.
  private var longRows: [Int: Int] = [:]
  private var waiting: PackedFrames
  private var waitingDocuments: [Int] = []
  private var progress: [Progress]
  /// For each document that has been aligned, a distance for every query
  /// that is long enough.
  private var distances: [[Float]]

  init(
    documents: Int, dim: Int, warping: DynamicTimeWarping, normalizes: Bool,
    portion: Int = QuerySearch.portion
  ) {
    self.warping = warping
    self.normalizes = normalizes
    self.portion = portion
    statistics = PooledFrameStatistics(dim: dim)
    queries = PackedFrames(dim: dim)
    waiting = queries
    progress = Array(repeating: .unheard, count: documents)
    distances = Array(repeating: [], count: documents)
  }

  // MARK: - The first coming

  /// Takes the frames of a query, [frames, dim].
  func count(query: Int, _ frames: UnsafeBufferPointer<Float>) throws {
    try requireCounting()
    if normalizes { statistics.add(frames) }
    heardQueries.append(query)
    queries.append(frames)
  }

  /// Counts the frames of a document, and keeps them if they fit.
  func count(document: Int, _ frames: UnsafeBufferPointer<Float>) throws {
    try requireCounting()
    if normalizes { statistics.add(frames) }
    progress[document] = .counted
    if waiting.values.count + frames.count <= portion {
      take(document, frames)
    }
  }

  private func requireCounting() throws {
    guard isCounting else {
      throw TaskError.internal(
        "an utterance is new after the first has come again")
    }
  }

  // MARK: - The second coming

  /// Takes a document to be aligned, unless it was kept.
  func align(document: Int, _ frames: UnsafeBufferPointer<Float>) throws {
    switch progress[document] {
    case .taken: return
    case .unheard:
      throw TaskError.internal(
        "a document comes again that has not come before")
    case .counted: break
    }
    if !waitingDocuments.isEmpty,
      waiting.values.count + frames.count > portion
    {
      try alignWaiting()
    }
    take(document, frames)
  }

  private func take(_ document: Int, _ frames: UnsafeBufferPointer<Float>) {
    waiting.append(frames)
    waitingDocuments.append(document)
    progress[document] = .taken
  }

  private func alignWaiting() throws {
    if isCounting { endCounting() }
    normalization?.apply(to: &waiting)
    let result = try warping.distances(queries: queries, documents: waiting)
    for (column, document) in waitingDocuments.enumerated() {
      distances[document] = (0..<queries.count).map {
        result[$0 * waitingDocuments.count + column]
      }
    }
    waiting.removeAll()
    waitingDocuments = []
  }

  /// Statistics are complete: normalises the queries and drops short ones.
  private func endCounting() {
    isCounting = false
    normalization = normalizes ? statistics.normalization() : nil
    var long = PackedFrames(dim: queries.dim)
    for row in 0..<queries.count
    where queries.frameCount(row) >= Self.leastFrames {
      longRows[row] = long.count
      long.append(queries[row])
    }
    normalization?.apply(to: &long)
    queries = long
  }

  // MARK: - The end

  /// Scores of the queries and documents that were heard: negative distances,
  /// rows by `heardQueries`, columns by `documents`. `names` are for errors.
  func finish(
    names: (query: (Int) -> String, document: (Int) -> String)
  ) throws -> (documents: [Int], scores: [[Double]]) {
    guard !progress.contains(.counted) else {
      throw TaskError.invalidArgument(
        "the run ends before every document has come twice. Leave out "
          + "--limit and runner.evaluate_ratio, or make them smaller.")
    }
    let documents = progress.indices.filter { progress[$0] == .taken }
    guard !heardQueries.isEmpty, !documents.isEmpty else {
      throw TaskError.invalidArgument(
        "\(heardQueries.count) queries and \(documents.count) documents were "
          + "heard: there is nothing to search. Raise --limit.")
    }
    try alignWaiting()
    let scores = try heardQueries.indices.map { row in
      try documents.map { document -> Double in
        guard let long = longRows[row] else { return 0 }
        let distance = distances[document][long]
        guard distance.isFinite else {
          throw TaskError.corruptData(
            "no path aligns '\(names.query(heardQueries[row]))' with "
              + "'\(names.document(document))': one of them has no frames, "
              + "or is too long for dtwrc.step_pattern")
        }
        return -Double(distance)
      }
    }
    return (documents, scores)
  }
}
