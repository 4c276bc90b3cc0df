import Configuration
import Diagnostics
import Foundation
import Hosting
import Logging
import Records
import TaskABI
import Tensors

/// One check at work, in the process that is its own.
final class CheckRun {
  let subject: CheckSubject
  private(set) var warnings: [String] = []
  /// For the check that reads them; the parent goes on with these.
  var descriptions: [TaskDescription]?
  /// What the calls to come are made with, if that is not the subject's own
  /// configuration.
  var circumstance: String?
  private let tell: (CheckMessage) -> Void

  init(_ subject: CheckSubject, tell: @escaping (CheckMessage) -> Void) {
    self.subject = subject
    self.tell = tell
  }

  /// Says what comes next: a crash or a hang is blamed on it.
  func doing(_ what: String) {
    tell(
      CheckMessage(doing: what + (circumstance.map { " with \($0)" } ?? "")))
  }

  func warn(_ what: String) {
    if !warnings.contains(what) { warnings.append(what) }
  }

  /// The library, loaded and held to what loading asks of it.
  func library() throws -> TaskLibrary {
    doing("loading")
    return try TaskLibrary(path: subject.library)
  }

  func task() throws -> TaskDescription {
    guard let task = subject.task else {
      throw InternalError("a check of a task without one")
    }
    return task
  }

  func config() throws -> ConfigValue {
    if let problem = subject.configProblem { throw Violation(problem) }
    return subject.config
  }

  /// A host for an expert with `config`.
  func host(
    engine: Engine, config: ConfigValue,
    isCancelled: @escaping () -> Bool = { false }
  ) -> ExpertHost {
    let host = ExpertHost(
      engine: engine,
      setting: ExpertHost.Setting(
        upstreamDimension: RandomStates.dimension,
        samplesPerFrame: Double(RandomStates.samplesPerFrame),
        seed: engine.random.seed, config: config, corpora: subject.corpora,
        logger: Logger(label: "check") { label in
          StreamLogHandler.standardError(label: label)
        },
        reportsProgress: { _, _ in }, isCancelled: isCancelled))
    if HostThreadGuard.isActive { HostThreadGuard.lay(over: host.table) }
    return host
  }

  /// Runs `body`, which reads the task's data. What it complains of is not
  /// the task's fault where a corpus is not the real one.
  func reading<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let failure as TaskFailure
      where !failure.isBug && !subject.standIns.isEmpty
    {
      let names = subject.standIns.map { "corpora.\($0)" }
        .joined(separator: " and ")
      let reason = failure.description.replacing(
        subject.standInRoot ?? "", with: "the stand-in")
      throw Skipped(reason: "set \(names) in benchmark.yaml: \(reason)")
    }
  }

  /// What the library's own `create` makes, before anything of it is
  /// believed, and the host that it is made with.
  func bareExpert(
    _ engine: Engine
  ) throws -> (host: ExpertHost, UnsafeMutablePointer<superb_expert>?) {
    let id = try task().id
    let host = host(engine: engine, config: try config())
    let factory = try library().factory
    var expert: UnsafeMutablePointer<superb_expert>?
    doing("create(\(id))")
    let status =
      factory.pointee.create?(factory, host.table, id, &expert)
      ?? SUPERB_INTERNAL
    try reading { try host.check(status, during: "create(\(id))") }
    return (host, expert)
  }

  /// Calls `body` with an expert and each split that a run asks for.
  func forEachSplit(
    _ body: (CheckedExpert, String) throws -> Void
  ) throws {
    try withExpert { expert in
      for split in expert.splits { try body(expert, split) }
    }
  }

  /// Calls `body` with an expert of the subject's task, which outlives all
  /// that `body` makes of it.
  ///
  /// - Parameters:
  ///   - threads: of the engine behind it.
  ///   - config: another configuration than the subject's.
  func withExpert<Result>(
    threads: Int = 1, config: ConfigValue? = nil,
    isCancelled: @escaping () -> Bool = { false },
    _ body: (CheckedExpert) throws -> Result
  ) throws -> Result {
    let expert = try CheckedExpert(
      self, threads: threads, config: try config ?? self.config(),
      isCancelled: isCancelled)
    defer { doing("destroy") }
    return try withExtendedLifetime(expert) { try body(expert) }
  }
}
