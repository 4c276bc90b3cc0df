import Foundation

/// What a grid comes to for one upstream and task: its settings with the mean
/// over seeds of each, and which of them is chosen.
///
/// The split that chooses is one that is no test split. Where the results
/// have none, as in a protocol that chooses on its test split, that one
/// chooses, and ``isChosenOnTest`` says so.
package struct GridChoice: Sendable {
  /// One setting, with a result for every seed.
  package struct Setting: Sendable {
    /// Of ``GridRecord/chosenKeys``, in their order.
    package var values: [String]
    /// Where the results lie, below the run's folder; by seed.
    package var folders: [String]
    /// Those that have ended well, by seed.
    package var results: [ExperimentResult]

    /// The figures that choose, and those that rank, one a seed.
    package var deciding: [Double]
    package var ranking: [Double]
  }

  package var settings: [Setting] = []
  /// Of ``settings``; nil if none has a figure.
  package var chosen: Int?
  package var isChosenOnTest = false
  /// The metric that chooses, with the split.
  package var metric: ExperimentResult.Metric?
  /// `key, value, smallest … largest` of each number that is chosen at the
  /// edge of what was tried.
  package var edges: [String] = []
  /// How many settings have no result yet, or a failed one.
  package var missing = 0

  /// - Parameters:
  ///   - cells: of one upstream and task.
  ///   - result: of a folder.
  package init(
    _ record: GridRecord, cells: [GridRecord.Cell],
    result: (GridRecord.Cell) -> ExperimentResult?
  ) {
    let keys = record.chosenKeys
    for cell in cells {
      let values = keys.map { cell.values[$0] ?? "" }
      let place = settings.firstIndex { $0.values == values }
      if place == nil {
        settings.append(
          Setting(
            values: values, folders: [], results: [], deciding: [],
            ranking: []))
      }
      let index = place ?? settings.count - 1
      settings[index].folders.append(cell.folder)
      if let result = result(cell), result.status == .done {
        settings[index].results.append(result)
      } else {
        missing += 1
      }
    }
    decide()
    if let chosen { findEdges(settings[chosen], keys) }
  }

  private mutating func decide() {
    let all = settings.flatMap(\.results)
    guard let first = all.first, let primary = first.primaryMetric else {
      return
    }
    let choosing = first.choosingMetric
    isChosenOnTest = choosing == nil
    let metric = choosing ?? primary
    self.metric = metric
    for index in settings.indices {
      settings[index].deciding = settings[index].results.compactMap {
        $0.value(like: metric)
      }
      settings[index].ranking = settings[index].results.compactMap {
        $0.value(like: primary)
      }
    }
    // A setting whose seeds have not all a figure competes with none that
    // has all: the mean of fewer is another figure.
    let most = settings.map(\.deciding.count).max() ?? 0
    guard most > 0 else { return }
    chosen = settings.indices.filter { settings[$0].deciding.count == most }
      .min { one, other in
        let (a, b) = (
          settings[one].deciding.mean, settings[other].deciding.mean
        )
        return a == b ? one < other : metric.higherIsBetter ? a > b : a < b
      }
  }

  private mutating func findEdges(_ best: Setting, _ keys: [String]) {
    for (place, key) in keys.enumerated() {
      let tried = Set(settings.map { $0.values[place] })
      let numbers = tried.compactMap(Double.init).sorted()
      guard numbers.count == tried.count, numbers.count > 1,
        let value = Double(best.values[place]), let least = numbers.first,
        let largest = numbers.last, value == least || value == largest
      else { continue }
      edges.append("\(key) \(best.values[place]) of \(least) … \(largest)")
    }
  }
}

extension ExperimentResult {
  /// The ranking metric on a split that is no test split; nil without one.
  package var choosingMetric: Metric? {
    guard let primary = primaryMetric else { return nil }
    return (metrics + folds.flatMap(\.metrics)).first {
      $0.name == primary.name && $0.split != primary.split
        && !$0.split.hasPrefix("test")
    }
  }

  /// Of the same metric on the same split; the mean over folds where only
  /// these have it.
  func value(like metric: Metric) -> Double? {
    func isSame(_ other: Metric) -> Bool {
      other.name == metric.name && other.split == metric.split
    }
    if let own = metrics.first(where: isSame) { return own.value }
    let values = folds.compactMap { $0.metrics.first(where: isSame)?.value }
    return values.isEmpty ? nil : values.mean
  }
}

extension [Double] {
  package var mean: Double { reduce(0, +) / Double(Swift.max(count, 1)) }

  /// √(Σ (x − mean)² / (n − 1)); nil for fewer than two.
  package var sampleDeviation: Double? {
    guard count > 1 else { return nil }
    let mean = mean
    let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(count - 1)).squareRoot()
    return deviation.isFinite ? deviation : nil
  }
}
