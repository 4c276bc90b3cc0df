import ArgumentParser
import Diagnostics
import Files
import Foundation
import Hosting
import Runs
import Training

/// What `superb run` starts for each experiment.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration.hidden(
    Worker.command, "Run one experiment.")

  @Argument var folder: String

  func run() throws {
    Interruption.handleSignals()
    let code = try Worker(folder: folder).work()
    throw ArgumentParser.ExitCode(code)
  }
}

/// What listing tasks starts for a library that it does not know yet.
struct DescribeLibraryCommand: ParsableCommand {
  static let configuration = CommandConfiguration.hidden(
    TaskProbe.command, "Print task libraries' descriptions.")

  @Argument var libraries: [String]

  func run() throws {
    Lifeline.hold()
    try TaskProbe.describe(libraries)
  }
}

/// What `superb run --multitask` starts for each upstream.
struct JointTrainingCommand: ParsableCommand {
  static let configuration = CommandConfiguration.hidden(
    JointTraining.command, "Train several experiments of one upstream.")

  @Argument var folders: [String]

  func run() throws {
    Interruption.handleSignals()
    throw ArgumentParser.ExitCode(try JointTraining(folders: folders).run())
  }
}

/// What `superb run --dry-run` starts for each cell.
struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration.hidden(
    ExperimentForecast.command, "Measure what one experiment will take.")

  @Argument var folder: String

  func run() throws {
    Lifeline.hold()
    try ExperimentForecast.write(inFolder: folder)
  }
}
