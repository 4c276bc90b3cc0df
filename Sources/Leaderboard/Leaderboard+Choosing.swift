import Foundation
import Records

extension Leaderboard {
  /// What the choice of a setting leaves open.
  package enum Reservation: Equatable, Sendable {
    /// The best is at the edge of what was tried; says of which.
    case atEdge(String)
    /// There was no other split to choose on.
    case chosenOnTest
    /// So many cells of the grid have no result.
    case incomplete(Int)
  }
}

extension Leaderboard.Entry {
  typealias Candidate = (path: String, result: ExperimentResult)

  /// The cell's entry: the newest result, or what the grid that it belongs
  /// to has chosen; with all seeds of it.
  init(
    choosing newest: Candidate, among candidates: [Candidate],
    grids: [String: GridRecord]
  ) {
    self.init(
      result: newest.result, path: newest.path,
      olderResults: candidates.count - 1)
    if let (choice, results) = Self.choice(newest, candidates, grids) {
      take(results)
      olderResults = candidates.count - results.count
      reservations = choice.edges.map { .atEdge($0) }
      if choice.isChosenOnTest, choice.settings.count > 1 {
        reservations.append(.chosenOnTest)
      }
      if choice.missing > 0 { reservations.append(.incomplete(choice.missing)) }
    } else if newest.result.status == .done {
      let alike = candidates.filter {
        $0.result.status == .done && $0.result.isSameButSeed(newest.result)
      }
      take(alike)
      olderResults = candidates.count - max(1, seeds.count)
    }
    let curves =
      [result.learningRates] + result.folds.map(\.learningRates)
    for case let curve? in curves {
      guard let warning = curve.edgeWarning,
        !reservations.contains(.atEdge(warning))
      else { continue }
      reservations.append(.atEdge(warning))
    }
  }

  /// The setting of a grid that the newest result belongs to.
  private static func choice(
    _ newest: Candidate, _ candidates: [Candidate],
    _ grids: [String: GridRecord]
  ) -> (GridChoice, [Candidate])? {
    for (root, record) in grids where !record.keys.isEmpty {
      func path(_ cell: GridRecord.Cell) -> String {
        [root, cell.folder, ExperimentResult.fileName]
          .filter { !$0.isEmpty }.joined(separator: "/")
      }
      let cells = record.cells.filter {
        $0.upstream == newest.result.upstream.name
          && $0.task == newest.result.task.id
      }
      guard cells.contains(where: { path($0) == newest.path }) else {
        continue
      }
      let found = Dictionary(
        candidates.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
      let choice = GridChoice(record, cells: cells) {
        found[path($0)]?.result
      }
      guard let chosen = choice.chosen else { return nil }
      let folders = choice.settings[chosen].folders
      let results = cells.filter { folders.contains($0.folder) }
        .compactMap { found[path($0)] }
        .filter { $0.result.status == .done }
      return results.isEmpty ? nil : (choice, results)
    }
    return nil
  }

  /// Takes the newest of these, with the mean of all figures over seeds.
  private mutating func take(_ candidates: [Candidate]) {
    let sorted = candidates.sorted {
      ($0.result.finishTime ?? .distantPast, $0.path)
        < ($1.result.finishTime ?? .distantPast, $1.path)
    }
    var bySeed: [UInt64: ExperimentResult] = [:]
    for candidate in sorted { bySeed[candidate.result.seed] = candidate.result }
    guard let newest = sorted.last else { return }
    (path, result) = newest
    guard bySeed.count > 1 else { return }
    seeds = bySeed.values.sorted { $0.seed < $1.seed }
    for index in result.metrics.indices {
      let values = seedValues(of: result.metrics[index])
      if !values.isEmpty { result.metrics[index].value = values.mean }
    }
  }

  /// A metric with every seed; empty if there is one seed alone.
  func seedValues(of metric: ExperimentResult.Metric) -> [Double] {
    let key = Column.Metric(metric)
    return seeds.compactMap { seed in
      seed.metrics.first { Column.Metric($0) == key }?.value
    }.filter(\.isFinite)
  }

  /// Whether what was chosen is not at the edge of what was tried; nil where
  /// nothing was chosen.
  var isFinal: Bool? {
    let isAtEdge = reservations.contains {
      if case .atEdge = $0 { true } else { false }
    }
    if isAtEdge { return false }
    let isChosen =
      result.learningRates != nil
      || result.folds.contains { $0.learningRates != nil }
      || !reservations.isEmpty
    return isChosen ? true : nil
  }
}

extension ExperimentResult {
  /// Whether the seed is all that differs.
  fileprivate func isSameButSeed(_ other: ExperimentResult) -> Bool {
    upstream.digest == other.upstream.digest && task == other.task
      && profile == other.profile && limit == other.limit
      && fineTuning == other.fineTuning && config == other.config
  }
}
