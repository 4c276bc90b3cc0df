import Foundation
import Testing

/// Grids through the program.
@Suite struct GridCommandTests {
  private static let grid = """
    shared_args: {config.runner.total_steps: 60, config.runner.eval_step: 30}
    grid:
      upstream: [fbank_no_cmvn, mfcc_no_cmvn]
      seed: 1..2
      config.optimizer.lr: 1e-3:1e-2:log2

    """

  private func folder() throws -> BenchmarkFolder {
    let folder = try BenchmarkFolder()
    try folder.write("rates.yaml", Self.grid)
    return folder
  }

  @Test func killedGridsEndWithTheSameTable() throws {
    let whole = try folder()
    let undisturbed = try whole.superb("grid", "rates.yaml")
    #expect(undisturbed.exitCode == 0, "\(undisturbed.errors)")
    let table = undisturbed.output
    #expect(table.contains("optimizer.lr"), "\(table)")
    #expect(table.contains("2/2"))
    #expect(table.contains("±"))
    #expect(table.contains("not final"))
    #expect(!table.contains("–"))

    let cut = try folder()
    for count in [1, 4] {
      let program = try cut.start("grid", "rates.yaml")
      _ = eventually(within: 60) {
        !program.isRunning
          || cut.files().count { $0.hasSuffix("result.json") } >= count
      }
      program.send(SIGKILL)
      _ = program.outcome()
    }
    let last = try cut.superb("grid", "rates.yaml")
    #expect(last.exitCode == 0, "\(last.errors)")
    #expect(last.output == table)
    let second = try cut.superb("grid", "rates.yaml")
    #expect(second.output == table)
    #expect(second.errors.components(separatedBy: "done before").count == 9)
    let report = try cut.superb("report")
    #expect(report.output.contains("of 2 seeds"), "\(report.output)")
    #expect(report.output.contains("Not final"))
    let numbers = try (whole.numbers(), cut.numbers())
    #expect(numbers.0 == numbers.1)
  }

  @Test func registeredSignaturesCanBeUsedBeforeTheyRun() throws {
    let folder = try folder()
    let outcome = try folder.superb(
      "grid", "rates.yaml", "--dry-run", "--init", "--cells")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let cells = folder.files().filter { $0.hasSuffix("/cell.json") }
    #expect(cells.count == 8)
    #expect(try folder.results().isEmpty)
    let list = try folder.superb("info")
    let words = list.output.split(whereSeparator: \.isWhitespace)
    let signature = String(try #require(words.first))
    #expect(list.output.contains("registered"))
    let run = try folder.superb("run", "--from", signature)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(try folder.results().count == 1)
    let shown = try folder.superb("grid", "rates.yaml", "--show", "--cells")
    #expect(shown.output.contains(signature))
    #expect(try folder.results().count == 1)
  }

  @Test func axesOfTheCommandLineAreAGrid() throws {
    let folder = try BenchmarkFolder()
    let outcome = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "--grid", "seed=1,2", "-o",
      "config.runner.total_steps=20")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(try folder.results().values.map(\.seed).sorted() == [1, 2])
    let wrong = try folder.superb("grid", "--grid", "sead=1,2")
    #expect(wrong.exitCode == 2)
    #expect(wrong.errors.contains("did you mean 'seed'"), "\(wrong.errors)")
  }

  @Test func searchOfRatesIsChosenByName() throws {
    let folder = try BenchmarkFolder()
    let steps = "config.runner.total_steps=20,,config.runner.eval_step=10"
    for search in ["protocol", "none"] {
      let outcome = try folder.superb(
        "run", "-u", "fbank_no_cmvn", "--grid", search, "-n", search, "-o",
        steps)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
    for (path, result) in try folder.results() {
      #expect(
        (result.learningRates?.points.count ?? 0)
          == (path.hasPrefix("protocol/") ? 4 : 0))
    }
  }
}
