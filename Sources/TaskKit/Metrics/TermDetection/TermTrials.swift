/// A search scored as trials: each term that occurs somewhere, in each
/// document, is one. Terms that occur nowhere are no trials.
public struct TermTrials: Equatable, Sendable {
  /// Trials of one term that are alike.
  struct Trial: Equatable, Sendable {
    var score: Double
    var isTarget: Bool
    var isAccepted: Bool
    /// A row of `targets`.
    var term: Int
    var count: Int
  }

  /// By falling score; targets before others, then by term.
  let trials: [Trial]
  /// For each term, the documents that it occurs in.
  let targets: [Int]
  /// For each term, the documents that it does not occur in.
  let others: [Int]
  /// How many documents each term was looked for in.
  public let documentCount: Int
  /// Terms of the list that occur nowhere.
  public let absentTerms: Int
  /// Trials without a detection, which have the default score.
  public let missing: Int

  /// Terms that are scored.
  public var termCount: Int { targets.count }
  /// Trials whose term is in their document.
  public var targetCount: Int { targets.reduce(0, +) }
  /// Trials whose term is not in their document.
  public var otherCount: Int { others.reduce(0, +) }

  /// - Parameter defaultScore: of a trial that has no detection, which counts
  ///   as refused; nil if there must be none.
  /// - Throws: ``MetricError`` with the line of a detection for a term or a
  ///   document that the reference does not list, or for a pair that has one
  ///   already; of a term that lacks a document; or if there is no
  ///   document without a term.
  public init(
    _ detections: TermDetections, reference: TermReference,
    defaultScore: Double? = nil
  ) throws(MetricError) {
    let given = try Self.byTerm(detections, reference)
    let scored = reference.terms.filter { reference.occurrences[$0] != nil }
    var trials: [Trial] = []
    var missing = 0
    for (row, id) in scored.enumerated() {
      let holding = reference.occurrences[id] ?? []
      let found = given[id]?.detections ?? []
      trials += found.map {
        Trial(
          score: $0.score, isTarget: holding.contains($0.document),
          isAccepted: $0.isAccepted, term: row, count: 1)
      }
      let absent = reference.documents.count - found.count
      guard absent > 0 else { continue }
      guard let defaultScore else {
        throw Self.incomplete(id, given[id], reference)
      }
      missing += absent
      let targets =
        holding.count - found.count { holding.contains($0.document) }
      for (isTarget, count) in [(true, targets), (false, absent - targets)]
      where count > 0 {
        trials.append(
          Trial(
            score: defaultScore, isTarget: isTarget, isAccepted: false,
            term: row, count: count))
      }
    }
    targets = scored.map { reference.occurrences[$0]?.count ?? 0 }
    others = targets.map { reference.documents.count - $0 }
    documentCount = reference.documents.count
    absentTerms = reference.terms.count - scored.count
    self.missing = missing
    self.trials = trials.sorted(by: Self.precedes)
    guard others.contains(where: { $0 > 0 }) else {
      throw MetricError(
        "every term occurs in every document: there is nothing to refuse",
        in: .reference)
    }
  }

  /// A total order of what is not alike, so that sums over trials do not
  /// depend on the order of the detections.
  private static func precedes(_ a: Trial, _ b: Trial) -> Bool {
    if a.score != b.score { return a.score > b.score }
    if a.isTarget != b.isTarget { return a.isTarget }
    if a.term != b.term { return a.term < b.term }
    return a.count < b.count
  }

  private static func byTerm(
    _ detections: TermDetections, _ reference: TermReference
  ) throws(MetricError) -> [String: TermDetections.Term] {
    let terms = Set(reference.terms)
    let documents = Set(reference.documents)
    var given: [String: TermDetections.Term] = [:]
    for term in detections.terms {
      guard terms.contains(term.id) else {
        throw MetricError(
          "the term '\(term.id)' is not in the list of terms", in: .scores,
          line: term.line)
      }
      guard given.updateValue(term, forKey: term.id) == nil else {
        throw MetricError(
          "the term '\(term.id)' was listed before", in: .scores,
          line: term.line)
      }
      var seen: Set<String> = []
      for detection in term.detections {
        guard documents.contains(detection.document) else {
          throw MetricError(
            "there is no document '\(detection.document)'", in: .scores,
            line: detection.line)
        }
        guard seen.insert(detection.document).inserted else {
          throw MetricError(
            "'\(detection.document)' has a score for '\(term.id)' already",
            in: .scores, line: detection.line)
        }
      }
    }
    return given
  }

  private static func incomplete(
    _ id: String, _ term: TermDetections.Term?, _ reference: TermReference
  ) -> MetricError {
    let fix = "give every pair a score, or choose a default score"
    guard let term else {
      return MetricError(
        "the term '\(id)' is not there", in: .scores, fix: fix)
    }
    let known = Set(term.detections.map(\.document))
    let document = reference.documents.first { !known.contains($0) } ?? ""
    return MetricError(
      "the term '\(id)' has no score for the document '\(document)'",
      in: .scores, line: term.line, fix: fix)
  }
}
