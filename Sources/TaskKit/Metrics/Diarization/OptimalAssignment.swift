/// One-to-one pairing of rows and columns.
public enum OptimalAssignment {
  /// The pairing of the largest total weight: for each row its column, or nil
  /// where there are more rows than columns.
  ///
  /// The Hungarian algorithm with potentials and shortest augmenting paths
  /// (Jonker and Volgenant 1987), O(min² · max).
  ///
  /// - Parameter weights: Rows of equal length, finite.
  public static func maximizing(_ weights: [[Double]]) -> [Int?] {
    let rows = weights.count
    let columns = weights.first?.count ?? 0
    guard columns > 0 else { return Array(repeating: nil, count: rows) }
    if rows <= columns {
      return pair(rows, columns) { -weights[$0][$1] }.map { $0 }
    }
    var result = [Int?](repeating: nil, count: rows)
    let rowOfColumn = pair(columns, rows) { -weights[$1][$0] }
    for (column, row) in rowOfColumn.enumerated() { result[row] = column }
    return result
  }

  /// The cheapest column for each row, all different; `rows` ≤ `columns`.
  ///
  /// Rows enter one by one. Each takes the cheapest path that moves earlier
  /// rows to other columns and ends at a free one. The potentials keep all
  /// reduced costs from becoming negative, so that Dijkstra's search is
  /// enough. Column 0 is a stand-in for the entering row's own.
  private static func pair(
    _ rows: Int, _ columns: Int, cost: (Int, Int) -> Double
  ) -> [Int] {
    var rowPotential = [Double](repeating: 0, count: rows + 1)
    var columnPotential = [Double](repeating: 0, count: columns + 1)
    var rowOfColumn = [Int](repeating: 0, count: columns + 1)
    for row in 1...rows {
      rowOfColumn[0] = row
      var length = [Double](repeating: .infinity, count: columns + 1)
      var previous = [Int](repeating: 0, count: columns + 1)
      var isDone = [Bool](repeating: false, count: columns + 1)
      var column = 0
      repeat {
        isDone[column] = true
        let holder = rowOfColumn[column]
        var shortest = Double.infinity
        var next = 0
        for j in 1...columns where !isDone[j] {
          let reduced =
            cost(holder - 1, j - 1) - rowPotential[holder]
            - columnPotential[j]
          if reduced < length[j] {
            length[j] = reduced
            previous[j] = column
          }
          if length[j] < shortest {
            shortest = length[j]
            next = j
          }
        }
        for j in 0...columns {
          if isDone[j] {
            rowPotential[rowOfColumn[j]] += shortest
            columnPotential[j] -= shortest
          } else {
            length[j] -= shortest
          }
        }
        column = next
      } while rowOfColumn[column] != 0
      while column != 0 {
        rowOfColumn[column] = rowOfColumn[previous[column]]
        column = previous[column]
      }
    }
    var result = [Int](repeating: 0, count: rows)
    for j in 1...columns where rowOfColumn[j] > 0 {
      result[rowOfColumn[j] - 1] = j - 1
    }
    return result
  }
}
