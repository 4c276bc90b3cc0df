import Configuration
import Diagnostics
import Evidence
import Files
import Foundation
import Grids
import Hosting
import Records
import Runs
import Training

/// The evaluations of a command: every checkpoint under every setting on
/// every split that is asked for.
final class EvaluationJob {
  private let command: EvaluateCommand
  private let benchmark: Benchmark
  private let catalog: TaskCatalog
  private let wanted: [WantedSplit]
  private let settings: [[Override]]
  private let criteria: [WorstCase.Criterion]
  private let table: AttributeTable?
  private let out: String?
  /// What of ``wanted`` some checkpoint has answered.
  private var met: Set<String> = []

  init(_ command: EvaluateCommand) throws {
    self.command = command
    wanted = command.split?.names.map(WantedSplit.init) ?? []
    criteria = try command.kept.worst.map(WorstCase.Criterion.init)
    table = try command.kept.attributes.map(AttributeTable.init(path:))
    settings = try Self.settings(command)
    _ = try command.config.map(TaskConfiguration.root)
    // Before anything is built.
    for path in command.from + command.initCkpt {
      _ = try CheckpointPath.toAsk(path)
    }
    let benchmark = try command.shared.located()
    self.benchmark = benchmark
    catalog = try command.shared.catalog(benchmark)
    out =
      command.kept.out ?? command.kept.expdir
      ?? command.kept.name.map { benchmark.runs + "/" + $0 }
  }

  private static func settings(
    _ command: EvaluateCommand
  ) throws -> [[Override]] {
    let fixed = try command.override.flatMap { try Overrides.parse($0) }
    var grid = Grid()
    for axis in command.grid {
      let isFile = FileManager.default.fileExists(atPath: axis)
      if isFile {
        let file = try Grid(file: axis)
        grid.shared += file.shared
        grid.axes += file.axes
        grid.exclusions += file.exclusions
      } else {
        try grid.addAxis(axis)
      }
    }
    let points = try grid.points()
    for override in fixed + points.joined() where override.scope == .args {
      throw UserError(
        "an evaluation has no argument '\(override.path[0])'",
        at: override.value.mark?.description ?? "--override",
        fix: "write config.KEY=VALUE; arguments are options of the command")
    }
    return points.map { fixed + $0 }
  }

  /// All that is there now.
  func all() throws -> [EvaluatedSplit] {
    try paths(CheckpointPath.toAsk).flatMap { try evaluate($0, isNew: $1) }
  }

  /// What is there and what comes, until every experiment has its result.
  func watching(every seconds: Double) throws -> [EvaluatedSplit] {
    var rows: [EvaluatedSplit] = []
    var done: Set<String> = []
    while true {
      let isOver = !(command.from + command.initCkpt)
        .contains(where: CheckpointPath.isTraining)
      for (path, isNew) in try paths(CheckpointPath.states)
      where !done.contains(path) {
        done.insert(path)
        do {
          let more = try evaluate(path, isNew: isNew)
          for row in more {
            StandardError.note(
              "\(row.task) at step \(row.step), \(row.split): "
                + row.order.map { "\($0) \(row.figures[$0] ?? .nan)" }
                .joined(separator: ", "))
          }
          rows += more
        } catch  where !FileManager.default.fileExists(atPath: path) {
          // A newer one has taken its place meanwhile.
          continue
        }
      }
      if isOver { return rows }
      try Interruption.sleep(seconds: seconds)
    }
  }

  /// Throws for a split that no checkpoint was asked about.
  func checkAsked() throws {
    if let missing = wanted.first(where: { !met.contains($0.text) }) {
      throw UserError(
        "no checkpoint is of the task '\(missing.task ?? "")'",
        at: "--split \(missing.text)")
    }
  }

  private func paths(
    _ find: (String) throws -> [String]
  ) throws -> [(String, isNew: Bool)] {
    try command.from.flatMap { try find($0).map { ($0, isNew: false) } }
      + command.initCkpt.flatMap { try find($0).map { ($0, isNew: true) } }
  }

  /// - Parameter isNew: whether the weights alone are the checkpoint's.
  private func evaluate(
    _ path: String, isNew: Bool
  ) throws -> [EvaluatedSplit] {
    let names = try TrainedHead.taskNames(of: path)
    if let tasks = command.tasks?.names, !tasks.contains(where: names.contains)
    {
      return []
    }
    let splits = wanted.filter { $0.task.map(names.contains) ?? true }
    met.formUnion(splits.map(\.text))
    guard wanted.isEmpty || !splits.isEmpty else { return [] }
    return try settings.flatMap { overrides in
      try evaluate(path, isNew: isNew, overrides, splits.map(\.split))
    }
  }

  private func evaluate(
    _ path: String, isNew: Bool, _ overrides: [Override], _ names: [String]
  ) throws -> [EvaluatedSplit] {
    let head = try TrainedHead(
      path, catalog: catalog, origin: command.origin.origin(benchmark),
      acceptsOther: command.otherUpstream,
      edit: { try self.edit(&$0, isNew: isNew, overrides) },
      note: { StandardError.note($0) })
    var splits: [String] = []
    for name in names.isEmpty ? head.task.testSplits : names {
      for split in try head.splits(meantBy: name) where !splits.contains(split)
      {
        splits.append(split)
      }
    }
    let shown = overrides.map { $0.key + "=" + $0.text }
    let evaluation = try HeadEvaluation(
      head, settings: shown, out: out, criteria: criteria,
      groups: command.kept.groups, table: table,
      ignored: command.ignoreExceptions ?? 0)
    return try splits.map(evaluation.result)
  }

  /// Gives a checkpoint's experiment the settings of the command.
  private func edit(
    _ experiment: inout Experiment, isNew: Bool, _ overrides: [Override]
  ) throws {
    if let upstreams = command.origin.upstream?.names, isNew,
      !upstreams.contains(experiment.upstream)
    {
      throw UserError(
        "the checkpoint is of the upstream '\(experiment.upstream)'",
        at: "--upstream \(upstreams.joined(separator: ","))",
        fix: "name the upstream that the head was trained on")
    }
    if command.config != nil || isNew {
      let entry = try catalog.entry(named: experiment.task.id)
      var config = try TaskConfiguration(
        files: command.config, of: entry.description.names,
        own: entry.configPath, overrides: [])
      if let key = experiment.task.folds?.configKey,
        let fold = experiment.fold
      {
        config = try config.setting(key, to: fold)
      }
      experiment.config = config
    }
    experiment.config = try experiment.config.applying(overrides)
  }
}
