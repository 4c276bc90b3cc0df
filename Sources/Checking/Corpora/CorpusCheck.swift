import Diagnostics
import Files
import Foundation
import Hosting
import Logging
import Records
import Runs
import Speech
import Tensors
import Training
import Upstreams

/// Whether a task's corpora are complete and readable, before a run starts.
///
/// The task's own loading code is asked for its splits, and every audio file
/// that they name is opened: what passes here is what a run will find.
package struct CorpusCheck: Codable, Sendable {
  /// The utterances of one split.
  package struct Split: Codable, Sendable {
    package var name: String
    package var utterances: Int
    package var files: Int
    package var hours: Double
    /// Utterances that most upstreams have to fill up with silence: they are
    /// shorter than ``shortest`` samples.
    package var short = 0
  }

  /// What the first frame of most upstreams looks at: 25 ms.
  private static let shortest = 400

  package var task: String
  /// The folders that were looked into, by corpus.
  package var corpora: [String: String]
  package var splits: [Split] = []
  /// What is wrong, at most ``mostProblems`` of it.
  package var problems: [String] = []
  /// How many problems there are in all.
  package var problemCount = 0

  static let mostProblems = 10

  package var isPassed: Bool { problemCount == 0 }

  /// The hidden command that checks one task in a process of its own.
  package static let command = "check-corpus"

  /// Checks the task of the experiment in `folder`, in this process.
  package init(folder: String) throws {
    let experiment = try Experiment.read(from: folder)
    task = experiment.task.id
    corpora = experiment.corpora
    do {
      try enumerate(experiment)
    } catch let error as UserError {
      note(error.description)
    } catch let error as TaskFailure {
      note(error.description)
    } catch let error as ContractBreach {
      note(error.description)
    }
  }

  /// Checks the task of `cell` in a process of its own.
  package static func run(
    _ experiment: Experiment, installation: Installation
  ) throws -> CorpusCheck {
    let folder =
      NSTemporaryDirectory() + "/superb-check-\(getpid())-\(experiment.task.id)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try experiment.write(to: folder)
    let output = try Subprocess.run(
      .itself(installation.executable, [command, folder]),
      limits: SupervisedChild.Limits(memory: WorkerLimits().memoryBytes),
      keepsErrorsApart: false)
    guard let start = output.text.firstIndex(of: "{"),
      let check = try? JSONDecoder().decode(
        CorpusCheck.self, from: Data(output.text[start...].utf8))
    else {
      if output.status > 128 {
        throw ContractBreach(
          of: experiment.task.id, in: "get_dataloader",
          "it crashes (signal \(output.status - 128))")
      }
      throw UserError(
        "the task's loading code failed: \(output.text.suffix(400))",
        at: experiment.task.id)
    }
    return check
  }

  private mutating func note(_ problem: String) {
    problemCount += 1
    if problems.count < Self.mostProblems { problems.append(problem) }
  }

  private mutating func enumerate(_ experiment: Experiment) throws {
    let settings = experiment.config.settings
    let engine = Engine(threads: 1, seed: experiment.seed)
    let host = ExpertHost(
      engine: engine,
      setting: ExpertHost.Setting(
        upstreamDimension: 1, samplesPerFrame: 160, seed: experiment.seed,
        config: experiment.config.value, corpora: experiment.corpora,
        logger: Logger(label: experiment.task.id) { label in
          StreamLogHandler.standardError(label: label)
        }, reportsProgress: { _, _ in },
        isCancelled: { Interruption.isRequested },
        audioLengths: { spans in
          try FeatureStore(root: experiment.store).lengths(
            of: spans, threads: experiment.threads,
            isCancelled: { Interruption.isRequested })
        }))
    let expert = try Expert(
      of: experiment.task, in: try TaskLibrary(path: experiment.library),
      host: host)
    try host.checkUnreadKeys()
    var names: [String] = []
    for name in [settings.trainSplit] + settings.evalSplits
      + experiment.task.testSplits where !names.contains(name)
    {
      names.append(name)
    }
    // A file that several splits use is opened once.
    var durations: [String: Double] = [:]
    for name in names {
      let isTraining = name == settings.trainSplit
      splits.append(
        try read(
          name, of: expert, isTraining: isTraining, durations: &durations))
    }
  }

  private mutating func read(
    _ name: String, of expert: Expert, isTraining: Bool,
    durations: inout [String: Double]
  ) throws -> Split {
    let loader = try expert.dataloader(
      for: ExpertPass(split: name, isTraining: isTraining))
    var seen: Set<String> = []
    var files: Set<String> = []
    var seconds = 0.0
    var short = 0
    for index in 0..<loader.batchCount {
      for item in try loader.batch(index).items
      where seen.insert(item.id).inserted {
        let path = item.span.path
        files.insert(path)
        if durations[path] == nil {
          durations[path] = duration(of: path)
        }
        seconds += durations[path] ?? 0
        let own = (try? item.span.seconds()) ?? .infinity
        if own * Double(speechSampleRate) < Double(Self.shortest) - 0.5 {
          short += 1
        }
      }
    }
    if seen.isEmpty { note("the split '\(name)' has no utterances") }
    return Split(
      name: name, utterances: seen.count, files: files.count,
      hours: seconds / 3600, short: short)
  }

  /// Seconds, or 0 and a problem.
  private mutating func duration(of path: String) -> Double {
    do {
      let info = try AudioFile.info(path)
      guard info.samples > 0 else {
        note("\(path): the audio has no samples")
        return 0
      }
      return Double(info.samples) / Double(info.sampleRate)
    } catch {
      note("\(error)")
      return 0
    }
  }
}
