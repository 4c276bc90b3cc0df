import Records

extension Section {
  /// One column for each metric on the split of the task's primary metric,
  /// the primary one first; the tasks in the given order, then by id.
  static func columns(
    of entries: [Leaderboard.Entry], taskOrder: [String]
  ) -> [Column] {
    let tasks = Dictionary(grouping: entries, by: \.result.task.id)
    let rest = tasks.keys.filter { !taskOrder.contains($0) }.sorted()
    var seen: Set<String> = []
    return (taskOrder + rest)
      .filter { tasks[$0] != nil && seen.insert($0).inserted }
      .flatMap { columns(ofTask: $0, results: (tasks[$0] ?? []).map(\.result)) }
  }

  /// Each task's column of the primary metric; those of a task that has no
  /// primary one all stay.
  static func primary(of columns: [Column]) -> [Column] {
    let ranked = Set(columns.filter(\.isPrimary).compactMap(\.task))
    return columns.filter { column in
      column.isPrimary || column.task.map { !ranked.contains($0) } ?? true
    }
  }

  private static func columns(
    ofTask task: String, results: [ExperimentResult]
  ) -> [Column] {
    var columns: [Column] = []
    for result in results where result.status == .done {
      let split = (result.primaryMetric ?? result.metrics.first)?.split
      for metric in result.metrics where metric.split == split {
        let key = Column.Metric(metric)
        if columns.contains(where: { $0.metric == key }) { continue }
        columns.append(
          Column(
            task: task, metric: key,
            title: metric.title.isEmpty ? metric.name : metric.title,
            isPrimary: metric.isPrimary))
      }
    }
    guard !columns.isEmpty else {
      return [Column(task: task, metric: nil, title: "", isPrimary: false)]
    }
    for i in columns.indices {
      guard let key = columns[i].metric else { continue }
      let values = results.filter { $0.status == .done }
        .flatMap(\.metrics)
        .filter { Column.Metric($0) == key }
        .compactMap { $0.unit.shown($0.value) }
      columns[i].decimals = Column.decimals(for: values, unit: key.unit)
    }
    let titles = columns.map(\.title)
    for i in columns.indices
    where titles.count(where: { $0 == columns[i].title }) > 1 {
      columns[i].title = "\(titles[i]) (\(columns[i].metric?.split ?? ""))"
    }
    return columns.filter(\.isPrimary) + columns.filter { !$0.isPrimary }
  }
}
