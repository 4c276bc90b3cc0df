extension Section {
  /// Puts the sign behind the ranking figures that it is for, and a space
  /// behind the others of their column, so that figures stay in line.
  mutating func add(_ marks: Leaderboard.Marks) {
    var hasSign = false
    for (place, column) in columns.enumerated() where column.isPrimary {
      let isMarked = rows.map { row in
        column.task.flatMap { row.entries[$0] }.map {
          marks.paths.contains($0.path)
        } ?? false
      }
      guard isMarked.contains(true) else { continue }
      hasSign = true
      for (r, marked) in isMarked.enumerated() {
        guard
          case .figure(let value, let text, let isBest) =
            rows[r].cells[place]
        else { continue }
        rows[r].cells[place] = .figure(
          value, text: text + (marked ? marks.sign : " "), isBest: isBest)
      }
    }
    if hasSign { remarks.append("\(marks.sign) \(marks.meaning)") }
  }
}
