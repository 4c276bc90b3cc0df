extension Section {
  /// 1 for the best; equals share the mean of their places.
  static func ranks(_ values: [Double], higherIsBetter: Bool) -> [Double] {
    values.map { value in
      let better = values.count {
        higherIsBetter ? $0 > value : $0 < value
      }
      let equal = values.count { $0 == value }
      return Double(better) + Double(equal + 1) / 2
    }
  }

  /// Sorts the rows: by superb_s, then by mean rank, then by name.
  ///
  /// Only rows with a figure in every one of `columns` have a mean rank, and
  /// only they compete: a row must not gain from a task that it lacks.
  static func rank(_ rows: inout [Row], by columns: [Column]) {
    let complete = rows.indices.filter { i in
      columns.allSatisfy { value(of: rows[i], in: $0) != nil }
    }
    if !columns.isEmpty {
      var sums = [Double](repeating: 0, count: complete.count)
      for column in columns {
        let values = complete.compactMap {
          value(of: rows[$0], in: column).map(column.rounded)
        }
        let places = ranks(
          values, higherIsBetter: column.metric?.higherIsBetter == true)
        for (i, place) in places.enumerated() { sums[i] += place }
      }
      for (sum, i) in zip(sums, complete) {
        rows[i].meanRank = sum / Double(columns.count)
      }
    }
    rows.sort { a, b in
      let scores = (a.score ?? -.infinity, b.score ?? -.infinity)
      if scores.0 != scores.1 { return scores.0 > scores.1 }
      let places = (a.meanRank ?? .infinity, b.meanRank ?? .infinity)
      if places.0 != places.1 { return places.0 < places.1 }
      return a.upstream < b.upstream
    }
  }

  /// How the rows are sorted, where that does not show.
  static func orderRemarks(_ rows: [Row], _ columns: [Column]) -> [String] {
    let ranked = rows.count { $0.meanRank != nil }
    guard rows.count > 1, ranked > 0 else { return [] }
    let isScored = rows.contains { $0.score != nil }
    let count = Set(columns.filter(\.isPrimary).compactMap(\.task)).count
    return [
      "Rows by \(isScored ? "superb_s, then by " : "")mean rank over "
        + "\(count) task\(count == 1 ? "" : "s")"
        + (ranked < rows.count ? ", incomplete rows last." : ".")
    ]
  }

  /// Results that stand side by side and were not made alike.
  static func mixtureRemarks(_ entries: [Leaderboard.Entry]) -> [String] {
    let upstreams = Dictionary(grouping: entries, by: \.result.rowName)
    let tasks = Dictionary(grouping: entries, by: \.result.task.id)
    let mixedUpstreams = upstreams.filter {
      Set($0.value.map(\.result.upstream.digest)).count > 1
    }
    let mixedTasks = tasks.mapValues {
      Set($0.map(\.result.task.version)).sorted()
    }
    .filter { $0.value.count > 1 }
    return mixedUpstreams.keys.sorted().map {
      "The row of \($0) mixes different weights of that name."
    }
      + mixedTasks.sorted { $0.key < $1.key }.map { task, versions in
        "The column of \(task) mixes versions "
          + versions.map(String.init).joined(separator: ", ") + " of the task."
      }
  }
}
