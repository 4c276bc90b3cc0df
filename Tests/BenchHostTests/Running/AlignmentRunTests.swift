import Foundation
import Testing

/// Query by example on a small spoken corpus, as a user runs it.
@Suite struct AlignmentRunTests {
  private let folder: BenchmarkFolder

  private static let corpus = Result {
    let folder = try temporaryFolder("quesst")
    removeAtExit(folder)
    let outcome = try Program.run(
      ["data", "make-demo", folder, "--only", "quesst2014"], in: folder)
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
    return folder
  }

  init() throws {
    folder = try Self.folder()
  }

  private static func folder() throws -> BenchmarkFolder {
    try BenchmarkFolder(
      """
      upstreams: [random:3x96]
      tasks: [qbe]
      corpora: {quesst2014: \(try corpus.get())/quesst2014}

      """)
  }

  @Test func speechIsFoundAndNoiseIsNot() throws {
    let outcome = try folder.superb("run", "-u", "fbank,random:1x64")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let speech = try #require(try folder.result("fbank", "qbe").primaryMetric)
    let noise = try #require(
      try folder.result("random-1x64", "qbe").primaryMetric)
    #expect(speech.name == "mtwv" && speech.split == "eval")
    #expect(speech.value > 0.5)
    #expect(abs(noise.value) < 0.1)
  }

  @Test func layerIsChosenOnDevUnlessTheUserChoosesIt() throws {
    #expect(try folder.superb("run").exitCode == 0)
    let choice = try #require(
      try folder.result("random-3x96", "qbe").layerChoice)
    #expect(choice.split == "dev" && choice.metric == "mtwv")
    #expect(choice.values.count == 3)
    #expect(choice.values[choice.layer] == choice.values.max())
    let dev = try folder.result("random-3x96", "qbe").metrics.first {
      $0.name == "mtwv" && $0.split == "dev"
    }
    #expect(dev?.value == choice.values[choice.layer])
    // What is asked afterwards is asked of the layer that was chosen.
    let asked = try folder.superb(
      "evaluate", "--from", "runs", "--split", "qbe:dev")
    #expect(
      asked.output.contains(
        String(format: "%.6g", choice.values[choice.layer])),
      "\(asked.output) \(asked.errors)")

    #expect(
      try folder.superb("run", "-l", "1", "-n", "chosen").exitCode == 0)
    let chosen = try folder.results().first { $0.key.contains("chosen") }
    #expect(chosen != nil && chosen?.value.layerChoice == nil)
  }

  @Test func killedRunGoesOnToTheSameNumbers() throws {
    var random = Delays(seed: 11)
    let undisturbed = try Self.folder()
    #expect(try undisturbed.superb("run").exitCode == 0)
    let expected = try undisturbed.numbers()
    var kills = 0
    var command = ["run"]
    for _ in 0..<60 where kills < 5 {
      let program = try folder.start(command)
      // Somewhere in the alignment, if it gets that far.
      _ = try eventually(within: 10) {
        try !program.isRunning || !journals().isEmpty
      }
      usleep(UInt32(random.next(below: 20_000)))
      let wasInTime = program.isRunning
      program.workers.forEach { kill($0, SIGKILL) }
      program.send(SIGKILL)
      _ = program.outcome()
      kills += wasInTime ? 1 : 0
      // The machine was too busy for the killer: once more from the start.
      command = wasInTime ? ["run"] : ["run", "--fresh"]
    }
    #expect(kills > 0)
    #expect(try folder.superb("run").exitCode == 0)
    #expect(try folder.numbers() == expected)
    #expect(try journals().isEmpty)
  }

  /// Alignments that were left behind, in bytes.
  private func journals() throws -> [String] {
    folder.files().filter { $0.hasSuffix("alignments.bin") }
  }

  @Test func numberOfJobsChangesNothing() throws {
    #expect(
      try folder.superb("run", "-u", "fbank,random:2x64").exitCode == 0)
    let two = try Self.folder()
    #expect(
      try two.superb("run", "-u", "fbank,random:2x64", "--jobs", "2")
        .exitCode == 0)
    #expect(try folder.numbers() == two.numbers())
  }
}
