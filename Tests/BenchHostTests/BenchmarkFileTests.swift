import Foundation
import Testing

/// What is wrong in `benchmark.yaml` is said with its place, before anything
/// is written.
@Suite struct BenchmarkFileTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var old: String
    var new: String
    /// Parts of the message.
    var says: [String]
    var testDescription: String { name }
  }

  static let mistakes = [
    Case(
      name: "unknown key", old: "corpora:", new: "corpara:",
      says: ["benchmark.yaml:3:1", "corpara", "did you mean 'corpora'?"]),
    Case(
      name: "unknown section", old: "    optimizer:", new: "    optimiser:",
      says: ["benchmark.yaml:10:5", "did you mean 'optimizer'?"]),
    Case(
      name: "unknown runner key", old: "save_step", new: "safe_step",
      says: ["benchmark.yaml:9:47", "did you mean 'save_step'?"]),
    Case(
      name: "wrong type", old: "total_steps: 150", new: "total_steps: many",
      says: ["benchmark.yaml:9:27", "expected an integer", "many"]),
    Case(
      name: "wrong kind", old: "upstreams: [fbank, fbank_no_cmvn]",
      new: "upstreams: fbank",
      says: ["benchmark.yaml:2:12", "expected a list"]),
    Case(
      name: "out of range", old: "eval_step: 50", new: "eval_step: 0",
      says: ["benchmark.yaml:9:43", "expected 1 to"]),
    Case(
      name: "unknown upstream", old: "[fbank, fbank_no_cmvn]",
      new: "[fbank, fbnk_no_cmvn]",
      says: ["benchmark.yaml:2:20", "did you mean 'fbank_no_cmvn'?"]),
    Case(
      name: "unknown task", old: "  ks:", new: "  kws:",
      says: ["benchmark.yaml:8:3", "there is no task 'kws'"]),
    Case(
      name: "missing corpus",
      old: "speech_commands: CORPORA/speech_commands\n",
      new: "speech_commands: CORPORA/nowhere\n",
      says: ["benchmark.yaml:4:20", "'speech_commands' is not there"]),
    Case(
      name: "no YAML", old: "tasks:", new: "tasks: [",
      says: ["benchmark.yaml:"]),
    Case(
      name: "name that leads elsewhere", old: "name: demo", new: "name: ../x",
      says: ["benchmark.yaml:1:7", "the name '../x' is no folder below"]),
    Case(
      name: "empty name", old: "name: demo", new: "name: ''",
      says: ["benchmark.yaml:1:7", "the name '' is no folder below"]),
    Case(
      name: "negative seed", old: "name: demo", new: "seed: -1",
      says: ["benchmark.yaml:1:7", "seed"]),
  ]

  @Test(arguments: mistakes)
  func mistakeIsNamedWithItsPlaceAndNothingIsWritten(mistake: Case) throws {
    #expect(BenchmarkFolder.standard.contains(mistake.old))
    let folder = try BenchmarkFolder(
      BenchmarkFolder.standard.replacingOccurrences(
        of: mistake.old, with: mistake.new))
    let run = try folder.superb("run")
    #expect(run.exitCode == 2)
    for part in mistake.says {
      #expect(run.errors.contains(part), "\(run.errors)")
    }
    #expect(folder.files() == [])
    #expect(folder.files(below: "cache/features") == [])
  }

  @Test func missingFileIsNamed() throws {
    let folder = try BenchmarkFolder(nil)
    let named = try folder.superb("run", "--benchmark", "other.yaml")
    #expect(named.exitCode == 2)
    #expect(named.errors.contains("other.yaml"))
    let empty = try folder.superb("run")
    #expect(empty.exitCode == 2)
    #expect(empty.errors.contains("no upstream is named"))
    #expect(folder.files() == [])
  }

  /// Only the task knows its own section's keys, so they cost its cell.
  @Test func keyThatTheTaskDoesNotKnowIsNamedWithItsPlace() throws {
    let folder = try BenchmarkFolder(
      BenchmarkFolder.standard.replacingOccurrences(
        of: "{batch_size: 16}", with: "{batch_sise: 16}"))
    let run = try folder.superb("run", "-u", "fbank")
    #expect(run.exitCode == 1)
    let reason = try #require(try folder.result("fbank").failure?.reason)
    #expect(reason.contains("benchmark.yaml:11:34"), "\(reason)")
    #expect(reason.contains("'datarc.batch_sise'"), "\(reason)")
    #expect(reason.contains("did you mean 'batch_size'?"), "\(reason)")
  }

  @Test func valueThatTheTaskRefusesIsNamedWithItsPlace() throws {
    let folder = try BenchmarkFolder(
      BenchmarkFolder.standard.replacingOccurrences(
        of: "{batch_size: 16}", with: "{batch_size: sixteen}"))
    let run = try folder.superb("run", "-u", "fbank")
    #expect(run.exitCode == 1)
    let reason = try #require(try folder.result("fbank").failure?.reason)
    #expect(reason.contains("benchmark.yaml:11:46"), "\(reason)")
    #expect(reason.contains("sixteen"), "\(reason)")
  }

  @Test func corpusWithoutAFolderCostsTheCell() throws {
    let folder = try BenchmarkFolder(
      BenchmarkFolder.standard.replacingOccurrences(
        of: "  speech_commands: CORPORA/speech_commands\n", with: ""))
    let run = try folder.superb("run", "-u", "fbank")
    #expect(run.exitCode == 1)
    let reason = try #require(try folder.result("fbank").failure?.reason)
    #expect(
      reason.contains("the corpus 'speech_commands' has no folder"),
      "\(reason)")
    #expect(reason.contains("corpora.speech_commands"), "\(reason)")
  }

  @Test func relativePathsAreTakenFromTheFilesFolder() throws {
    let folder = try BenchmarkFolder(nil)
    try folder.write("deep/benchmark.yaml", BenchmarkFolder.standard)
    let run = try folder.superb(
      "run", "--benchmark", "deep/benchmark.yaml", "-u", "fbank_no_cmvn",
      "-o", "config.runner.total_steps=2,,config.runner.eval_step=1")
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(!folder.files(below: "deep/runs").isEmpty)
    #expect(folder.files() == [])
  }
}
