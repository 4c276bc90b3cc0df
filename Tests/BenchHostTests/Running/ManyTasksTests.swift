import Foundation
import Records
import Testing

/// Many tasks, one upstream.
@Suite struct ManyTasksTests {
  private func folder(_ tasks: String...) throws -> BenchmarkFolder {
    let folder = try BenchmarkFolder()
    for task in tasks {
      try folder.write(
        "Plugins/\(task)/Task.swift", TaskSources.swift(id: task))
      try folder.write(
        "Plugins/\(task)/config.yaml", TaskSources.swiftConfiguration)
    }
    return folder
  }

  @Test(arguments: ["1", "2"])
  func oneExtractionPassFeedsAllTasks(jobs: String) throws {
    let alone = try folder("pitch")
    #expect(
      try alone.superb("run", "-u", "fbank_no_cmvn", "-d", "pitch").exitCode
        == 0)
    let passes = try alone.result("fbank_no_cmvn", "pitch").cost.upstreamPasses
    #expect(passes > 0)

    let many = try folder("pitch", "pitch_again")
    let run = try many.superb(
      "run", "-u", "fbank_no_cmvn", "-d", "pitch,pitch_again", "--jobs", jobs)
    #expect(run.exitCode == 0, "\(run.errors)")
    let results = try ["pitch", "pitch_again"].map {
      try many.result("fbank_no_cmvn", $0)
    }
    #expect(results.map(\.cost.upstreamPasses).reduce(0, +) == passes)
  }

  @Test(arguments: [1, 2, 64])
  func coresAreDividedAmongJobs(jobs: Int) throws {
    let folder = try BenchmarkFolder()
    let run = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "--profile", "smoke", "--jobs", "\(jobs)")
    #expect(run.exitCode == 0, "\(run.errors)")
    let name = try #require(
      folder.files().first { $0.hasSuffix("experiment.json") })
    let experiment = try Experiment.read(
      from: folder.path + "/runs/"
        + (name as NSString).deletingLastPathComponent)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    #expect(experiment.threads == max(1, cores / jobs))
  }

  @Test func forecastCountsSharedFeaturesOnce() throws {
    let folder = try folder("pitch", "pitch_again")
    let run = try folder.superb(Self.both + ["--dry-run"])
    #expect(run.exitCode == 0, "\(run.errors)")
    let missing = run.output.matches(of: /\((\d+) of (\d+)\)/)
    #expect(missing.count == 2, "\(run.output)")
    #expect(missing.first?.1 == missing.first?.2)
    #expect(missing.last?.1 == "0" && missing.last?.2 == missing.first?.2)
  }

  private static let both = [
    "run", "-u", "fbank_no_cmvn", "-d", "pitch,pitch_again",
  ]

  @Test func jointTrainingGivesTheSameNumbers() throws {
    let apart = try folder("pitch", "pitch_again")
    #expect(try apart.superb(Self.both).exitCode == 0)
    let joint = try folder("pitch", "pitch_again")
    let run = try joint.superb(Self.both + ["--multitask"])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(try joint.numbers() == apart.numbers())
    // The tasks have trained in one process: their own have only continued.
    for result in try joint.results().values {
      #expect(result.cost.upstreamPasses == 0)
    }
    let again = try joint.superb(Self.both + ["--multitask"])
    #expect(again.errors.components(separatedBy: "done before").count == 3)
  }

  @Test func taskThatCrashesInJointTrainingCostsItsCellAlone() throws {
    let folder = try folder("pitch")
    try TaskSources.CTask(
      id: "crashing", inForward: "  if (getenv(\"PATH\")) abort();\n"
    ).write(to: folder)
    let run = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "-d", "crashing,pitch", "--multitask")
    #expect(run.exitCode == 1, "\(run.errors)")
    #expect(try folder.result("fbank_no_cmvn", "pitch").status == .done)
    #expect(
      try folder.result("fbank_no_cmvn", "crashing").failure?.kind == .crashed)
  }
}
