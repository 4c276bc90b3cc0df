import Foundation
import Records
import Testing

/// A grid of learning rates, through the program.
@Suite struct LearningRateSearchTests {
  private static let only = ["run", "-u", "fbank_no_cmvn"]

  private func run(
    _ folder: BenchmarkFolder, _ edit: String, name: String = "demo",
    _ more: String...
  ) throws {
    let outcome = try folder.superb(
      Self.only + ["-n", name, "-o", edit] + more)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
  }

  /// What has numbers below the run of that name, by paths below it.
  private func numbers(
    _ name: String, of folder: BenchmarkFolder
  ) throws -> [String: Data] {
    Dictionary(
      uniqueKeysWithValues: try folder.numbers().compactMap {
        $0.key.hasPrefix(name + "/")
          ? (String($0.key.dropFirst(name.count)), $0.value) : nil
      })
  }

  /// Where each worker has one core, it trains all rates itself.
  @Test func processesThatShareAGridGiveTheNumbersOfOne() throws {
    let folder = try BenchmarkFolder()
    let grid = "config.runner.lr_grid=[0.001, 0.01, 0.3]"
    try run(folder, grid, name: "shared")
    let cores = ProcessInfo.processInfo.activeProcessorCount
    try run(folder, grid, name: "alone", "--jobs", "\(cores)")
    #expect(
      try numbers("shared", of: folder) == numbers("alone", of: folder))
    for (path, result) in try folder.results() {
      #expect(result.cost.trainingSeconds > 0, "\(path)")
    }
  }

  @Test func gridGivesWhatEachRateAloneGivesAndDevChooses() throws {
    let folder = try BenchmarkFolder()
    let rates = [0.0001, 0.01, 0.3]
    try run(folder, "config.runner.lr_grid=\(rates)", name: "grid")
    var single: [Double: ExperimentResult] = [:]
    for rate in rates {
      try run(folder, "config.optimizer.lr=\(rate)", name: "lr\(rate)")
    }
    for (path, result) in try folder.results() {
      for rate in rates where path.hasPrefix("lr\(rate)/") {
        single[rate] = result
      }
    }
    let found = try #require(
      try folder.results().first { $0.key.hasPrefix("grid/") })
    let curve = try #require(found.value.learningRates)
    #expect(curve.points.map(\.rate) == rates)
    #expect(curve.split == "dev")
    #expect(curve.metric == "acc")
    let values = curve.points.map { $0.value ?? -1 }
    let best = try #require(values.max())
    let chosen = rates[try #require(values.firstIndex(of: best))]
    #expect(curve.chosen == chosen)
    // Every rate's best on dev, and the chosen one's test figures.
    for point in curve.points {
      let alone = try #require(single[point.rate])
      let dev = alone.metrics.first { $0.split == "dev" && $0.name == "acc" }
      #expect(point.value == dev?.value)
      #expect(point.bestStep == alone.bestStep)
    }
    #expect(found.value.metrics == single[chosen]?.metrics)
    #expect(found.value.bestStep == single[chosen]?.bestStep)
    let isWarned = found.value.warnings.contains { $0.contains("edge") }
    #expect(isWarned == (chosen != rates[1]))

    // The chosen head's checkpoint can be asked, and each rate has a curve.
    let place = "runs/" + (found.key as NSString).deletingLastPathComponent
    let asked = try folder.superb(
      "evaluate", "--from", place, "--split", "test")
    #expect(asked.exitCode == 0, "\(asked.errors)")
    for rate in rates {
      let names = folder.files(below: place + "/lr-\(rate)")
      #expect(names.contains { $0.hasPrefix("events.out.tfevents.") })
      #expect(names.contains("scalars.jsonl"))
      #expect(!names.contains { $0.hasPrefix("resume") })
    }
  }

  @Test func searchThatWasKilledGoesOn() throws {
    let folder = try BenchmarkFolder()
    let grid = "config.runner.lr_grid=[0.001, 0.01],,config.runner.save_step=10"
    try run(folder, grid, name: "whole")
    let killed = try folder.start(
      Self.only + ["-n", "cut", "-o", grid, "--checkpoint-every", "0"])
    let reached = eventually {
      folder.files(below: "runs/cut").contains {
        $0.contains("/lr-0.01/states-")
      }
    }
    #expect(reached)
    killed.send(SIGKILL)
    _ = killed.outcome()
    try run(folder, grid, name: "cut")
    #expect(try numbers("cut", of: folder) == numbers("whole", of: folder))
  }

  /// Wherever that is, in an evaluation too.
  @Test func searchThatIsInterruptedAgainAndAgainGoesOn() throws {
    let folder = try BenchmarkFolder()
    let grid = "config.runner.lr_grid=[0.001, 0.01, 0.3]"
    try run(folder, grid, name: "whole")
    for round in 1...4 {
      let running = try folder.start(Self.only + ["-n", "cut", "-o", grid])
      let states = { (folder: BenchmarkFolder) in
        folder.files(below: "runs/cut").count { $0.hasSuffix(".ckpt") }
      }
      let before = states(folder)
      _ = eventually(within: 10) { states(folder) > before }
      usleep(useconds_t(round * 30_000))
      running.send(SIGINT)
      _ = running.outcome()
    }
    try run(folder, grid, name: "cut")
    #expect(try numbers("cut", of: folder) == numbers("whole", of: folder))
  }
}
