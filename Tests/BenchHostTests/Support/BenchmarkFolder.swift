import Files
import Foundation
import Records
import Testing

/// A user's working folder: a `benchmark.yaml` over the tone corpora, a cache
/// and runs of its own.
final class BenchmarkFolder {
  let path: String
  private(set) var environment: [String: String]

  /// Small and quick: two upstreams, keyword spotting.
  static let standard = """
    name: demo
    upstreams: [fbank, fbank_no_cmvn]
    corpora:
      speech_commands: CORPORA/speech_commands
      speech_commands_test: CORPORA/speech_commands_test
      iemocap: CORPORA/iemocap
    tasks:
      ks:
        runner: {total_steps: 150, eval_step: 50, save_step: 50, log_step: 50}
        optimizer: {lr: 1.0e-2}
        downstream_expert: {datarc: {batch_size: 16}}

    """

  /// - Parameter benchmark: the file's text, with CORPORA for the folder of
  ///   the tone corpora; nil for no file.
  init(_ benchmark: String? = BenchmarkFolder.standard) throws {
    path = try temporaryFolder("benchmark")
    environment = ["SUPERB_CACHE_DIR": path + "/cache"]
    // Tasks are built once for all tests, hidden states are each test's own.
    try FileManager.default.createDirectory(
      atPath: path + "/cache", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: path + "/cache/tasks",
      withDestinationPath: try Self.builtTasks.get())
    if let benchmark { try write("benchmark.yaml", benchmark) }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  private static let builtTasks = Result {
    let folder = try temporaryFolder("tasks")
    removeAtExit(folder)
    let outcome = try Program.run(
      ["tasks"], in: folder, environment: ["SUPERB_CACHE_DIR": folder],
      timeout: 1800)
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
    return folder + "/tasks"
  }

  /// Writes a file below the folder; CORPORA stands for the tone corpora.
  func write(_ name: String, _ text: String) throws {
    let file = path + "/" + name
    try makeFolder(above: file)
    let text = text.replacingOccurrences(
      of: "CORPORA", with: try ToneCorpus.shared.get().path)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
  }

  /// Makes a link below the folder to a file elsewhere.
  func link(_ name: String, to target: String) throws {
    let file = path + "/" + name
    try makeFolder(above: file)
    try FileManager.default.createSymbolicLink(
      atPath: file, withDestinationPath: target)
  }

  func setEnvironment(_ name: String, _ value: String) {
    environment[name] = value
  }

  /// Runs `superb` here to its end.
  @discardableResult
  func superb(
    _ arguments: String..., timeout: Double = 600
  ) throws -> Program.Outcome {
    try superb(arguments, timeout: timeout)
  }

  /// Runs `superb` here to its end.
  @discardableResult
  func superb(
    _ arguments: [String], timeout: Double = 600
  ) throws -> Program.Outcome {
    try Program.run(
      arguments, in: path, environment: environment, timeout: timeout)
  }

  /// Starts `superb` here.
  func start(_ arguments: String...) throws -> RunningProgram {
    try start(arguments)
  }

  /// Starts `superb` here.
  func start(_ arguments: [String]) throws -> RunningProgram {
    try RunningProgram(arguments, in: path, environment: environment)
  }

  /// Paths below a folder, relative to it, in order.
  func files(below folder: String = "runs") -> [String] {
    let all = FileManager.default.enumerator(atPath: path + "/" + folder)
    return (all?.allObjects as? [String] ?? []).sorted()
  }

  func contents(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
  }

  func text(_ name: String) throws -> String {
    String(decoding: try contents(name), as: UTF8.self)
  }

  /// Every result, by the path of its file below `runs`. Fails if one of
  /// them cannot be read.
  func results() throws -> [String: ExperimentResult] {
    var results: [String: ExperimentResult] = [:]
    for file in files() where file.hasSuffix("result.json") {
      results[file] = try ExperimentResult.decoded(
        from: try contents("runs/" + file))
    }
    return results
  }

  /// The one cell of that upstream and task.
  func result(_ upstream: String, _ task: String = "ks") throws
    -> ExperimentResult
  {
    let found = try results().filter {
      $0.key.contains("/\(upstream)/\(task)/")
        && $0.key.split(separator: "/").count == 5
    }
    try #require(found.count == 1, "\(found.keys)")
    return try #require(found.values.first)
  }

  /// All that must not differ between two runs of the same benchmark: results
  /// without their costs and times, and predictions.
  func numbers() throws -> [String: Data] {
    var numbers = try results().mapValues { result in
      var result = result
      result.cost = ExperimentResult.Cost(
        wallSeconds: 0, cpuSeconds: 0, peakMemoryBytes: 0, upstreamPasses: 0,
        trainingSteps: 0)
      result.finishedAt = ""
      return try result.encoded()
    }
    for file in files() where file.hasSuffix(".jsonl") {
      numbers[file] = try contents("runs/" + file)
    }
    return numbers
  }
}
