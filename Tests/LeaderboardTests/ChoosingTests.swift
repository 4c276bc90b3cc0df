import Records
import Testing

@testable import Leaderboard

/// Seeds become a mean, and a grid's choice is made on dev.
@Suite struct ChoosingTests {
  private func seeded(
    _ seed: UInt64, test: Double, dev: Double? = nil, lr: Double = 0.5,
    finishedAt: String = "2025-03-01T12:00:00Z"
  ) -> ExperimentResult {
    var one = result(
      "fbank", "ks",
      [metric("acc", test)]
        + (dev.map { [metric("acc", $0, split: "dev", isPrimary: false)] }
          ?? []),
      finishedAt: finishedAt, signature: "\(seed)-\(lr)")
    one.seed = seed
    one.config = .map(["optimizer": .map(["lr": .number(lr)])])
    return one
  }

  private func path(_ result: ExperimentResult) -> String {
    "demo/fbank/ks/\(result.signature)/result.json"
  }

  private func board(
    _ results: [ExperimentResult], grid: GridRecord? = nil
  ) -> Leaderboard {
    Leaderboard(
      results.map { (path($0), $0) }, grids: grid.map { ["demo": $0] } ?? [:])
  }

  private func text(_ board: Leaderboard) -> String {
    Standings(board, taskOrder: [], metrics: .all, score: nil)
      .table(ansi: false, width: nil)
  }

  @Test func seedsBecomeMeanAndStandardDeviation() throws {
    let board = board([
      seeded(1, test: 0.5), seeded(2, test: 0.7),
      seeded(2, test: 0.1, lr: 0.3, finishedAt: "2025-01-01T00:00:00Z"),
    ])
    #expect(board.entries.count == 1)
    #expect(board.entries[0].olderResults == 1)
    let text = text(board)
    #expect(text.contains("60.00 ± 14.14"), "\(text)")
    #expect(text.contains("of 2 seeds: fbank × ks"))
    let records = Measurement.all(of: board.entries[0])
    #expect(records[0].seeds == [1, 2])
    #expect(records[0].seedValues == [0.5, 0.7])
  }

  @Test func oneSeedIsShownAsEver() {
    #expect(!text(board([seeded(1, test: 0.5)])).contains("±"))
  }

  private func grid(_ results: [ExperimentResult]) -> GridRecord {
    GridRecord(
      keys: [GridRecord.seedKey, "config.optimizer.lr"],
      cells: results.map {
        let parts = $0.signature.split(separator: "-", maxSplits: 1)
        return GridRecord.Cell(
          upstream: "fbank", task: "ks", folder: "fbank/ks/\($0.signature)",
          values: [
            GridRecord.seedKey: "\($0.seed)",
            "config.optimizer.lr": String(parts[1]),
          ])
      })
  }

  @Test func gridIsChosenOnDevAndNotByTest() throws {
    let results = [
      seeded(1, test: 0.9, dev: 0.2, lr: 0.1),
      seeded(2, test: 0.9, dev: 0.3, lr: 0.1),
      seeded(1, test: 0.6, dev: 0.7, lr: 0.2),
      seeded(2, test: 0.5, dev: 0.8, lr: 0.2),
      seeded(1, test: 0.7, dev: 0.4, lr: 0.3),
      seeded(2, test: 0.7, dev: 0.5, lr: 0.3),
    ]
    let board = board(results, grid: grid(results))
    #expect(board.entries.count == 1)
    #expect(
      abs((board.entries[0].result.primaryMetric?.value ?? 0) - 0.55) < 1e-12)
    #expect(board.entries[0].reservations.isEmpty)
    #expect(!text(board).contains("Not final"))
  }

  @Test func bestAtTheEdgeIsNotFinal() {
    let results = [
      seeded(1, test: 0.5, dev: 0.5, lr: 0.1),
      seeded(1, test: 0.6, dev: 0.6, lr: 0.2),
    ]
    let board = board(results, grid: grid(results))
    #expect(board.entries[0].isFinal == false)
    let text = text(board)
    #expect(text.contains("Not final: fbank × ks, at the edge"), "\(text)")
  }

  @Test func gridWithoutAnotherSplitSaysThatTestChose() {
    let results = [
      seeded(1, test: 0.5, lr: 0.1), seeded(1, test: 0.8, lr: 0.2),
      seeded(1, test: 0.6, lr: 0.3),
    ]
    let board = board(results, grid: grid(results))
    #expect(text(board).contains("Chosen on the test split: fbank × ks"))
  }

  @Test func partOfAGridIsNotFinal() {
    let results = [
      seeded(1, test: 0.5, dev: 0.5, lr: 0.1),
      seeded(1, test: 0.6, dev: 0.6, lr: 0.2),
      seeded(1, test: 0.6, dev: 0.1, lr: 0.3),
    ]
    let board = board(Array(results.dropLast()), grid: grid(results))
    #expect(text(board).contains("1 of the grid without a result"))
  }
}
