import Configuration
import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Runs

/// Whether a task library keeps the contract: every check in a process of
/// its own, so that a crash or a hang is a result like any other.
package struct TaskValidation {
  /// The library, built if a folder was named.
  package let library: String
  /// Seconds that a check may take.
  package var timeLimit = 60
  /// Ids of the checks wanted; all if nil.
  package var only: [String]?

  private let configFile: (_ task: String) -> String?
  private let benchmark: Benchmark
  private let executable: String

  /// - Parameters:
  ///   - path: a task folder or a library. The configuration is the folder's
  ///     `config.yaml`, or the file beside the library that has its name.
  ///   - benchmark: corpora, and what it lays over the configuration.
  /// - Throws: ``UserError`` if there is neither, or it does not build.
  package init(path: String, benchmark: Benchmark, builder: TaskBuilder) throws
  {
    let path = Self.absolute(path)
    var isFolder: ObjCBool = false
    guard
      FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    else {
      throw UserError("there is no such file or folder", at: path)
    }
    if isFolder.boolValue {
      guard let folder = TaskFolder(path: path) else {
        throw UserError(
          "no task folder: it holds no .swift and no .c file", at: path,
          fix: "superb task new writes one")
      }
      library = Self.absolute(try builder.library(for: folder))
      configFile = folder.configPath(of:)
    } else {
      library = path
      let config = (path as NSString).deletingPathExtension + ".yaml"
      configFile = { _ in
        FileManager.default.fileExists(atPath: config) ? config : nil
      }
    }
    self.benchmark = benchmark
    executable = builder.installation.executable
  }

  /// Ids of all checks with what holds if they pass, in their order.
  package static var checks: [(id: String, promise: String)] {
    TaskCheck.all.map { ($0.id, $0.promise) }
  }

  /// Runs the checks, and tells `onResult` of each as it ends.
  ///
  /// - Throws: ``UserError`` for an unknown id in ``only``, or if no process
  ///   can be started.
  @discardableResult
  package func run(
    onResult: (CheckResult) -> Void = { _ in }
  ) throws -> [CheckResult] {
    for id in only ?? [] { _ = try TaskCheck.named(id) }
    let place = try ScratchFolder("superb-check")
    defer { withExtendedLifetime(place) {} }
    let scratch = place.path
    try makeFolder(scratch + "/task")

    var results: [CheckResult] = []
    func keep(_ result: CheckResult) {
      results.append(result)
      onResult(result)
    }
    let process = CheckProcess(executable: executable, folder: scratch)
    let subject = CheckSubject(
      library: library, scratch: scratch + "/task", timeLimit: timeLimit)
    var failed: [String: CheckStatus] = [:]
    let tasks = try runChecks(
      .library, on: subject, in: process, failed: &failed, keep: keep)
    for subject in try subjects(for: tasks, from: subject, scratch: scratch) {
      // What failed for one task says nothing of the next.
      var failed = failed
      _ = try runChecks(
        .task, on: subject, in: process, failed: &failed, keep: keep)
    }
    for check in TaskCheck.all
    where tasks.isEmpty && check.scope == .task && isWanted(check) {
      keep(
        CheckResult(
          check: check.id, status: .skipped,
          message: "the library's tasks are not known", seconds: 0))
    }
    return results
  }

  private func isWanted(_ check: TaskCheck) -> Bool {
    only?.contains(check.id) ?? true
  }

  /// Runs the checks of one scope. Gives what the library says of its tasks.
  private func runChecks(
    _ scope: TaskCheck.Scope, on subject: CheckSubject,
    in process: CheckProcess, failed: inout [String: CheckStatus],
    keep: (CheckResult) -> Void
  ) throws -> [TaskDescription] {
    var tasks: [TaskDescription] = []
    for check in TaskCheck.all where check.scope == scope {
      // The descriptions are needed whether or not the check is wanted.
      let isWanted = isWanted(check)
      guard isWanted || (scope == .library && check.id == "scan") else {
        continue
      }
      let start = ContinuousClock.now
      var outcome: CheckProcess.Outcome
      if let (need, status) = blocked(check, failed) {
        outcome = CheckProcess.Outcome(
          status: .skipped, message: "'\(need)' \(Self.word(for: status))")
      } else {
        outcome = try process.run(check, on: subject)
      }
      if outcome.status.isFailure || outcome.status == .skipped {
        failed[check.id] = outcome.status
      }
      tasks = outcome.descriptions ?? tasks
      // A library that cannot be asked for its tasks passes nothing.
      guard isWanted || outcome.status.isFailure else { continue }
      keep(
        CheckResult(
          check: check.id, task: subject.task?.id, status: outcome.status,
          message: outcome.message,
          seconds: (ContinuousClock.now - start) / .seconds(1)))
    }
    return tasks
  }

  private func blocked(
    _ check: TaskCheck, _ failed: [String: CheckStatus]
  ) -> (String, CheckStatus)? {
    check.needs.lazy.compactMap { need in failed[need].map { (need, $0) } }
      .first
  }

  private static func word(for status: CheckStatus) -> String {
    switch status {
    case .crashed: "crashed"
    case .hung: "hung"
    case .skipped: "was skipped"
    case .passed, .warning, .failed: "failed"
    }
  }

  /// What is checked of each task: its configuration and its corpora.
  private func subjects(
    for tasks: [TaskDescription], from library: CheckSubject, scratch: String
  ) throws -> [CheckSubject] {
    let standIn = scratch + "/corpus"
    return try tasks.map { task in
      var subject = library
      subject.task = task
      do {
        guard let configFile = configFile(task.id) else {
          throw UserError(
            "there is no config.yaml", at: self.library,
            fix: "a library's lies beside it and has its name")
        }
        subject.config = try TaskConfiguration(
          file: configFile, overlay: benchmark.overrides[task.id],
          overrides: []
        ).value
      } catch let error as UserError {
        subject.configProblem = error.description
      }
      for name in task.corpora {
        if let root = benchmark.corpora[name],
          FileManager.default.fileExists(atPath: root)
        {
          subject.corpora[name] = Self.absolute(root)
          continue
        }
        if !FileManager.default.fileExists(atPath: standIn) {
          try StandInCorpus.make(in: standIn)
        }
        subject.corpora[name] = standIn
        subject.standIns.append(name)
        subject.standInRoot = standIn
      }
      return subject
    }
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/")
      ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
