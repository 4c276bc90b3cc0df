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
    /// Nil if what is published is not known, or this is another corpus.
    package var completeness: Completeness?
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

  /// What the process that checks leaves in its folder.
  private static let fileName = "check.json"

  /// Checks the task of the experiment in `folder`, in this process, and
  /// leaves the outcome there.
  package static func write(inFolder folder: String) throws {
    let report = WorkerReport(descriptor: STDOUT_FILENO)
    report.note = CallNote(folder: folder)
    let check = try CorpusCheck(folder: folder, report)
    try AtomicFile.write(
      JSONEncoder().encode(check), to: folder + "/" + fileName)
  }

  private init(folder: String, _ report: WorkerReport) throws {
    let experiment = try Experiment.read(from: folder)
    task = experiment.task.id
    corpora = experiment.corpora
    do {
      try enumerate(experiment, report)
    } catch
      where error is UserError || error is TaskFailure
      || error is ContractBreach
    {
      note("\(error)")
    }
  }

  /// A task that cannot be checked, and why.
  package init(task: String, problem: String) {
    (self.task, corpora) = (task, [:])
    note(problem)
  }

  /// Checks the task of `experiment` in a process of its own. What the task
  /// does to that process is a problem like others.
  package static func run(
    _ experiment: Experiment, installation: Installation, limits: WorkerLimits
  ) throws -> CorpusCheck {
    let folder = try ScratchFolder("superb-check")
    try experiment.write(to: folder.path)
    let end = try WorkerProcess(
      executable: installation.executable, folder: folder.path,
      command: command
    ).run(limits: limits)
    if end == .exited(ExitCode.done),
      let bytes = FileManager.default.contents(
        atPath: folder.path + "/" + fileName)
    {
      return try JSONDecoder().decode(CorpusCheck.self, from: bytes)
    }
    return CorpusCheck(
      task: experiment.task.id, problem: end.failure(folder: folder.path).reason
    )
  }

  private mutating func note(_ problem: String) {
    problemCount += 1
    if problems.count < Self.mostProblems { problems.append(problem) }
  }

  private mutating func enumerate(
    _ experiment: Experiment, _ report: WorkerReport
  ) throws {
    let settings = experiment.config.settings
    let engine = Engine(threads: 1, seed: experiment.seed)
    let host = ExpertHost(
      engine: engine,
      setting: ExpertHost.Setting(
        upstreamDimension: 1, samplesPerFrame: 160, seed: experiment.seed,
        config: experiment.config.value, corpora: experiment.corpora,
        logger: Logger(label: experiment.task.id) { label in
          StreamLogHandler.standardError(label: label)
        },
        reportsProgress: { fraction, what in
          report.progress(what, done: Int(fraction * 1000), total: 1000)
        },
        isCancelled: { Interruption.isRequested }, note: report.note,
        audioLengths: { spans in
          try FeatureStore(root: experiment.store).lengths(
            of: spans, threads: experiment.threads,
            progress: { done, total in
              report.progress("measuring audio", done: done, total: total)
            }, isCancelled: { Interruption.isRequested })
        }))
    let expert = try Expert(
      of: experiment.task, in: try TaskLibrary(path: experiment.library),
      host: host)
    try host.checkUnreadKeys()
    // A file that several splits use is opened once.
    var audio = KnownAudio(store: experiment.store)
    for name in [settings.trainSplit] + settings.evalSplits
      + experiment.task.testSplits
    where !splits.contains(where: { $0.name == name }) {
      splits.append(
        try read(
          name, of: expert, isTraining: name == settings.trainSplit,
          &audio, report))
    }
  }

  private mutating func read(
    _ name: String, of expert: Expert, isTraining: Bool,
    _ audio: inout KnownAudio, _ report: WorkerReport
  ) throws -> Split {
    let loader = try expert.dataloader(
      for: isTraining ? .training(name) : .evaluation(of: name))
    var seen: Set<String> = []
    var files: Set<String> = []
    var samples = 0.0
    var short = 0
    for index in 0..<loader.batchCount {
      for item in try loader.batch(index).items
      where seen.insert(item.id).inserted {
        files.insert(item.span.path)
        // What is new is a sign of life; the same again is none.
        report.progress("reading \(name)", done: seen.count, total: 0)
        do {
          guard let own = try audio.samples(of: item.span) else { continue }
          samples += Double(own)
          if item.span.heard(of: own) < Self.shortest { short += 1 }
        } catch let error as UserError {
          note("\(error)")
        }
      }
    }
    if seen.isEmpty { note("the split '\(name)' has no utterances") }
    var split = Split(
      name: name, utterances: seen.count, files: files.count,
      hours: samples / Double(speechSampleRate) / 3600, short: short)
    split.completeness = PublishedCounts.completeness(of: split, task: task)
    return split
  }
}
