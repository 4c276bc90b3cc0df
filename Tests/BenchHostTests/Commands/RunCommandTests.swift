import Foundation
import Records
import Testing

@Suite struct RunCommandTests {
  @Test func spectrumIsLearnedAndItsNormalisedMeanIsNot() throws {
    let folder = try BenchmarkFolder()
    let run = try folder.superb("run")
    #expect(run.exitCode == 0, "\(run.errors)")
    let learned = try folder.result("fbank_no_cmvn")
    let chance = try folder.result("fbank")
    #expect(try #require(learned.primaryMetric).value > 0.8)
    #expect(try #require(chance.primaryMetric).value < 0.25)
    #expect(learned.cost.trainingSteps == 150)
    #expect(learned.cost.upstreamPasses > 100)
    #expect(learned.bestStep != nil)

    let report = try folder.superb("report")
    #expect(report.exitCode == 0)
    let rows = report.output.split(separator: "\n").map {
      $0.split(whereSeparator: { $0 == " " || $0 == "│" }).map(String.init)
    }
    let better = try #require(rows.first { $0.contains("fbank_no_cmvn") })
    let worse = try #require(rows.first { $0.contains("fbank") })
    func shown(_ result: ExperimentResult) -> String {
      String(format: "%.2f", (result.primaryMetric?.value ?? .nan) * 100)
    }
    #expect(better.contains { $0.hasPrefix(shown(learned)) })
    #expect(worse.contains { $0.hasPrefix(shown(chance)) })
    #expect(report.output.contains("ks"))
  }

  @Test func whatIsDoneIsNotDoneAgain() throws {
    let folder = try BenchmarkFolder()
    #expect(try folder.superb("run").exitCode == 0)
    let before = try folder.results()
    let again = try folder.superb("run")
    #expect(again.exitCode == 0)
    #expect(
      again.errors.components(separatedBy: "done before").count == 3,
      "\(again.errors)")
    #expect(!again.errors.contains("training"))
    #expect(!again.errors.contains("extracting"))
    #expect(again.cpuSeconds < 2)
    #expect(try folder.results() == before)

    // The states are there already: a fresh run extracts nothing.
    let fresh = try folder.superb("run", "--fresh")
    #expect(fresh.exitCode == 0)
    #expect(!fresh.errors.contains("done before"))
    for result in try folder.results().values {
      #expect(result.cost.upstreamPasses == 0)
      #expect(result.cost.trainingSteps == 150)
    }
  }

  /// Standard error on a full disk, as a worker's log may be: a message that
  /// cannot be written costs neither what it is about nor its exit code.
  @Test func messagesThatCannotBeWrittenCostNothingElse() throws {
    let folder = try BenchmarkFolder()
    func unheard(_ arguments: String...) throws -> Int32? {
      try RunningProgram(
        arguments, in: folder.path, environment: folder.environment,
        before: "exec 2>/dev/full && "
      ).outcome().exitCode
    }
    #expect(try unheard("run", "-u", "fbank") == 0)
    #expect(try folder.result("fbank").status == .done)
    #expect(try unheard("run", "-u", "no_such_upstream") == 2)
    #expect(try unheard("worker", "no/such/folder") == 2)
  }

  @Test func anotherConfigurationIsAnotherExperiment() throws {
    let folder = try BenchmarkFolder()
    let upstream = ["run", "-u", "fbank_no_cmvn"]
    func run(_ more: String...) throws -> Program.Outcome {
      try folder.superb(upstream + more)
    }
    #expect(try run().exitCode == 0)
    let edited = try run("-o", "config.optimizer.lr=2e-2")
    #expect(edited.exitCode == 0)
    #expect(!edited.errors.contains("done before"))
    let seeded = try run("-o", "args.seed=7")
    #expect(!seeded.errors.contains("done before"))
    #expect(try run("--seed", "7").errors.contains("done before"))
    let results = try folder.results().values
    #expect(Set(results.map(\.signature)).count == 3)
    #expect(Set(results.map(\.seed)) == [1337, 7])
  }

  @Test func profileIsMarkedAndNeverStandsBesideAFullRun() throws {
    let folder = try BenchmarkFolder()
    let run = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "--profile", "smoke")
    #expect(run.exitCode == 0, "\(run.errors)")
    let smoke = try folder.result("fbank_no_cmvn")
    #expect(smoke.profile == .smoke)
    #expect(smoke.limit == 16)
    #expect(smoke.cost.trainingSteps == 10)
    #expect(try folder.superb("run", "-u", "fbank_no_cmvn").exitCode == 0)
    let results = try folder.results().values
    #expect(Set(results.map(\.profile)) == [.smoke, .full])
    let report = try folder.superb("report").output
    #expect(report.contains("Not ranked: profile smoke"))
    #expect(report.contains("Leaderboard"))
    #expect(try folder.superb("run", "--profile", "quick").exitCode == 2)
  }

  @Test func limitIsMarkedAndMakesARunShort() throws {
    let folder = try BenchmarkFolder()
    let run = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "--limit", "8", "-o",
      "config.runner.total_steps=10,,config.runner.eval_step=5")
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try folder.result("fbank_no_cmvn")
    #expect(result.limit == 8)
    // Sixteen at most of each split: whole batches are taken.
    #expect(result.cost.upstreamPasses <= 48)
    #expect(try folder.superb("report").output.contains("at most 8 utterances"))
  }

  @Test func layersAreSelectedAsInS3PRL() throws {
    let folder = try BenchmarkFolder()
    let steps = "config.runner.total_steps=10,,config.runner.eval_step=5"
    for arguments in [
      ["-s", "last_hidden_state"], ["-l", "0"], ["-l", "-1"],
    ] {
      let run = try folder.superb(
        ["run", "-u", "fbank_no_cmvn", "-o", steps] + arguments)
      #expect(run.exitCode == 0, "\(run.errors)")
    }
    // One layer is one layer, however it is named.
    let metrics = try folder.results().values.map(\.metrics)
    #expect(metrics.count == 3)
    #expect(metrics.allSatisfy { $0 == metrics.first })

    let none = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "-o", steps, "-l", "3")
    #expect(none.exitCode == 2)
    #expect(none.errors.contains("there is no layer 3"))
    let unknown = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "-o", steps, "-s", "last_hiden_state")
    #expect(unknown.exitCode == 2)
    #expect(unknown.errors.contains("did you mean 'last_hidden_state'?"))
  }

  @Test func dryRunForecastsAndWritesNothing() throws {
    let folder = try BenchmarkFolder()
    let run = try folder.superb("run", "--dry-run")
    #expect(run.exitCode == 0)
    let lines = run.output.split(separator: "\n")
    let rows = lines.dropFirst().dropLast().map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(rows.map { $0[0] } == ["fbank", "fbank_no_cmvn"])
    #expect(rows.allSatisfy { $0[1] == "ks" && $0[2] == "1" })
    #expect(lines.last?.hasPrefix("in all about ") == true)
    #expect(folder.files() == [])
    #expect(folder.files(below: "cache/features") == [])
  }

  @Test func forecastSeesWhatIsStoredAndWhatIsDone() throws {
    let folder = try BenchmarkFolder()
    func forecast(_ more: String...) throws -> String {
      let run = try folder.superb(
        ["run", "--dry-run", "-u", "fbank_no_cmvn"] + more)
      #expect(run.exitCode == 0, "\(run.errors)")
      return try #require(
        run.output.split(separator: "\n").dropFirst().first.map(String.init))
    }
    let before = try forecast()
    let ran = try folder.superb("run", "-u", "fbank_no_cmvn")
    #expect(ran.exitCode == 0)
    let result = try folder.result("fbank_no_cmvn")
    // "extraction" says how many utterances of how many are missing.
    let all = try #require(before.firstMatch(of: /\((\d+) of (\d+)\)/))
    #expect(all.1 == all.2)
    // Pieces of silence are drawn anew every epoch; the last few epochs' are
    // extracted when they come.
    let forecasted = try #require(Int(all.1))
    #expect(forecasted <= result.cost.upstreamPasses)
    #expect(Double(forecasted) > 0.9 * Double(result.cost.upstreamPasses))
    #expect(try forecast().contains("done"))
    let again = try #require(
      try forecast("--fresh").firstMatch(of: /\((\d+) of (\d+)\)/))
    #expect(again.1 == "0")
    #expect(again.2 == all.2)
  }

  @Test func forecastNamesWhatCannotRun() throws {
    let folder = try BenchmarkFolder()
    let run = try folder.superb(
      "run", "--dry-run", "-o", "config.downstream_expert.datarc.batch_size=-1")
    #expect(run.exitCode == 1)
    #expect(run.output.contains("cannot run: ks: "))
    #expect(!run.output.contains("error:"))
  }

  @Test(arguments: [
    ["--jobs", "0"], ["--limit", "0"], ["--stall-timeout", "0"],
    ["--override", "nonsense"], ["--override", "args.expname2=x"],
    ["--config", "nowhere.yaml"], ["--no-such-option"],
  ])
  func wrongArgumentsAreTheUsersError(arguments: [String]) throws {
    let folder = try BenchmarkFolder()
    let run = try folder.superb(["run"] + arguments)
    #expect(run.exitCode == 2, "\(run.errors)")
    #expect(!run.errors.isEmpty)
    #expect(folder.files() == [])
  }
}
