import ArgumentParser
import Diagnostics
import Foundation
import Grids

/// `superb grid`: experiments by what varies.
struct GridCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grid",
    abstract: "Run every combination of a grid, and choose among them on dev.",
    discussion: """
      A grid's file, with ranges (1e-4:1e-1:log4, 1..9:2) where lists are:

        shared_args: {profile: dev}
        grid:
          upstream: [fbank, mfcc]
          task: [ks, ic]
          seed: 1..3
          config.optimizer.lr: 1e-4:1e-1:log4
        zip: [{config.a: [1, 2], config.b: [3, 4]}]
        exclude: [{task: ic, seed: 3}]
        include: other.yaml

      --grid 'seed=1,2,3' adds an axis; all options of superb run hold for
      every cell. The same command again runs what is missing. Figures are
      means over seeds; * is the setting that dev chooses.
      """)

  @Argument(help: "The grid's file; none if --grid says it all.")
  var file: String?

  @Flag(help: "Register the signatures, and run nothing.")
  var `init` = false

  @Flag(help: "Show the table of what there is, and run nothing.")
  var show = false

  @Flag(help: "A row for every cell, with its signature.")
  var cells = false

  @OptionGroup var command: RunCommand

  func run() throws {
    var command = command
    var grid = Grid()
    if let file, file.contains("=") {
      command.settings.insert(file, at: 0)
    } else if let file {
      grid = try Grid(file: file)
      if grid.name == nil {
        let name = (file as NSString).lastPathComponent
        grid.name = (name as NSString).deletingPathExtension
      }
    } else if command.axes.isEmpty {
      throw UserError(
        "no grid is named", fix: "name its file, or say --grid KEY=VALUES")
    }
    try GridRun(
      command: command, grid: grid, registersOnly: `init`, showsOnly: show,
      showsSeeds: cells
    ).run()
  }
}
