import ArgumentParser
import Configuration
import Diagnostics
import Foundation
import Grids
import Hosting
import Records
import Runs

/// A grid through `superb run`: planned, what is missing run, shown by what
/// varies.
struct GridRun {
  var command: RunCommand
  var grid = Grid()
  /// Register the signatures and run nothing.
  var registersOnly = false
  /// Show the table and run nothing.
  var showsOnly = false
  /// A row for every seed.
  var showsSeeds = false

  func run() throws {
    let (plan, record, resolved) = try plan()
    if showsOnly { return show(record, root: plan.root) }
    try noteRemoved(record, root: plan.root)
    if registersOnly {
      for cell in plan.cells { try cell.register() }
      try record.write(to: plan.root)
      return show(record, root: plan.root)
    }
    let isDry = resolved.command.dryRun
    if !isDry { try record.write(to: plan.root) }
    let code = try RunExecution(
      plan: plan, installation: try Installation.current(),
      command: resolved.command, benchmark: resolved.benchmark
    ).run()
    // Elsewhere it is not over yet, or not this process's to say.
    let cluster = resolved.command.cluster
    if !isDry, !cluster.ranks, try cluster.place != .slurm {
      show(record, root: plan.root)
    }
    throw ArgumentParser.ExitCode(code)
  }

  private func plan() throws -> (RunPlan, GridRecord, ResolvedRun) {
    var grid = grid
    for axis in command.axes { try grid.addAxis(axis) }
    let points = try grid.points()
    var command = command
    command.grid = command.rateSearch.map { [$0.rawValue] } ?? []
    if command.name == nil { command.name = grid.name }
    let keys = Grid.varyingKeys(of: points).filter {
      $0 != "args.upstream" && $0 != "args.downstream"
    }
    var catalog: TaskCatalog?
    var plans: [RunPlan] = []
    var first: ResolvedRun?
    var cells: [GridRecord.Cell] = []
    for point in points {
      let resolved = try ResolvedRun(command, point: point)
      first = first ?? resolved
      let tasks =
        try catalog ?? resolved.command.shared.catalog(resolved.benchmark)
      catalog = tasks
      let plan = try resolved.plan(tasks)
      try plan.checkCorpora()
      plans.append(plan)
      var values: [String: String] = [:]
      for key in keys { values[key] = point.text(of: key) ?? "–" }
      cells += plan.cells.map {
        GridRecord.Cell(
          upstream: $0.upstream, task: $0.task,
          folder: RunRecord.below(plan.root, $0.folder), values: values)
      }
    }
    guard Set(plans.map(\.root)).count == 1 else {
      throw UserError(
        "the cells of a grid lie below one run, and this one names several",
        at: "--grid", fix: "take expname and expdir out of the grid")
    }
    guard let first else { throw InternalError("a grid without points") }
    return (
      try RunPlan(merging: plans), GridRecord(keys: keys, cells: cells), first
    )
  }

  /// Says what an earlier form of the grid had and this one has not.
  private func noteRemoved(_ record: GridRecord, root: String) throws {
    guard let before = GridRecord.read(from: root) else { return }
    let folders = Set(record.cells.map(\.folder))
    let removed = before.cells.filter { !folders.contains($0.folder) }
    guard !removed.isEmpty else { return }
    StandardError.note(
      "\(removed.count) cells are no longer in the grid; they are not run,"
        + " and what they have stays in \(root)")
  }

  private func show(_ record: GridRecord, root: String) {
    let table = GridTable(record, showsSeeds: showsSeeds) {
      ExperimentResult.read(fromFolder: root + "/" + $0.folder)
    }
    Console.printTable(table.rows)
    for remark in table.remarks { print(remark) }
  }
}
