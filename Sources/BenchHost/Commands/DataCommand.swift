import ArgumentParser
import Checking
import DemoCorpora
import Diagnostics
import Files
import Foundation
import Hosting
import Runs
import Synchronization

/// `superb data`: corpora.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Make demo corpora; check and prepare corpora.",
    subcommands: [MakeDemo.self, Check.self, DataPrepareCommand.self])

  /// `superb data make-demo`.
  struct MakeDemo: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "make-demo",
      abstract: "Synthesise small corpora in the real ones' layouts.",
      discussion: "The same seed gives the same bytes. Needs espeak-ng.")

    @Argument(help: "The folder to make them in.")
    var directory: String

    @Option(help: "Seed of voices, words and noise.")
    var seed: UInt64 = 1337

    @Option(help: "Only these corpora.")
    var only: NameList?

    @Option(help: "Utterances made at a time; 0 takes all cores.")
    var jobs = 0

    func run() throws {
      let last = Mutex<String>("")
      let isTerminal = StandardError.isTerminal
      let summaries = try DemoCorpora(seed: seed, jobs: jobs).make(
        in: directory, only: only?.names
      ) { progress in
        guard isTerminal else { return }
        last.withLock { last in
          let text = "\(progress.corpus) \(progress.done)/\(progress.total)"
          guard text != last else { return }
          last = text
          StandardError.draw(text)
        }
      }
      if isTerminal { StandardError.draw("") }
      Console.printTable(
        summaries.map {
          [
            $0.name, "\($0.files) files",
            String(format: "%.1f min", $0.seconds / 60),
            String(format: "%.1f MB", Double($0.bytes) / 1e6),
          ]
        })
    }
  }

  /// `superb data check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Say what is missing or wrong in the tasks' corpora.")

    @OptionGroup var shared: BenchmarkOptions

    @Option(
      name: [.customShort("d"), .long],
      help: ArgumentHelp("Tasks, by id or alias.", valueName: "t[,t]"))
    var tasks: NameList?

    @OptionGroup(title: "Your own data") var ownData: LabelledDataOptions

    @Flag(help: "As data.")
    var json = false

    @Option(
      help: ArgumentHelp(
        "Seconds without a sign of life after which a task is given up.",
        valueName: "seconds"))
    var stallTimeout = 1800

    @Option(
      help: ArgumentHelp(
        """
        Memory of a task, above which it is ended; nine tenths of the \
        machine's unless given.
        """, valueName: "gigabytes"))
    var memoryLimit: Double?

    func validate() throws {
      guard memoryLimit.map({ $0 > 0 && $0 < 1e6 }) ?? true else {
        throw ValidationError("--memory-limit takes gigabytes above 0")
      }
      guard stallTimeout >= 1 else {
        throw ValidationError("--stall-timeout takes 1 second or more")
      }
    }

    func run() throws {
      var limits = WorkerLimits()
      limits.stallSeconds = stallTimeout
      if let memoryLimit { limits.memoryBytes = Int(memoryLimit * 1e9) }
      var benchmark = try shared.located()
      if let tasks { benchmark.tasks = tasks.names }
      ownData.apply(to: &benchmark, besideTasks: tasks != nil)
      benchmark.upstreams = ["fbank"]
      let installation = try Installation.current()
      let plan = try RunPlan(
        RunRequest(benchmark: benchmark), catalog: shared.catalog(benchmark),
        cache: benchmark.cacheFolder)
      var checks: [CorpusCheck] = []
      for cell in plan.cells {
        let first = cell.experiments.first?.experiment
        let check: CorpusCheck
        if let failure = cell.failure {
          check = CorpusCheck(task: cell.task, problem: "\(failure)")
        } else if let first {
          check = try CorpusCheck.run(
            first, installation: installation, limits: limits)
        } else {
          continue
        }
        checks.append(check)
        if !json { Self.show(check, fold: first?.fold) }
      }
      if json { try Console.printJSON(checks) }
      guard checks.allSatisfy(\.isPassed) else {
        throw ArgumentParser.ExitCode(ExitCode.userError)
      }
    }

    private static func text(_ one: CorpusCheck.Completeness) -> String {
      switch one.missing {
      case 0: "all that is published"
      case 1...: "incomplete: \(one.missing) of \(one.published) are missing"
      default: "\(-one.missing) more than the \(one.published) published"
      }
    }

    private static func show(_ check: CorpusCheck, fold: String?) {
      let title = check.task + (fold.map { " (\($0))" } ?? "")
      print("\(title): \(check.isPassed ? "ok" : "not usable")")
      Console.printTable(
        check.splits.map {
          [
            "  \($0.name)", "\($0.utterances) utterances", "\($0.files) files",
            String(format: "%.2f h", $0.hours),
          ] + ($0.short > 0 ? ["\($0.short) under 25 ms: padded"] : [])
            + ($0.completeness.map { [text($0)] } ?? [])
        })
      for problem in check.problems { print("  ✗ \(problem)") }
      let more = check.problemCount - check.problems.count
      if more > 0 { print("  … and \(more) more") }
    }
  }
}

/// What `superb data check` starts for each task.
struct CheckCorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration.hidden(
    CorpusCheck.command, "Check one task's corpora.")

  @Argument var folder: String

  func run() throws {
    Lifeline.hold()
    try CorpusCheck.write(inFolder: folder)
  }
}
