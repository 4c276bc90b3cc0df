import ArgumentParser
import Files
import Foundation
import Harness

/// What `superb run` starts for each experiment.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Worker.command, abstract: "Run one experiment.",
    shouldDisplay: false)

  @Argument var folder: String

  func run() throws {
    Interruption.handleSignals()
    let code = try Worker(folder: folder).run()
    throw ArgumentParser.ExitCode(code)
  }
}

/// What listing tasks starts for a library that it does not know yet.
struct DescribeLibraryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe-library",
    abstract: "Print task libraries' descriptions.", shouldDisplay: false)

  /// All are loaded into one process, as they would be by a host that trains
  /// several tasks at once.
  @Argument var libraries: [String]

  func run() throws {
    Lifeline.hold()
    let loaded = try libraries.map { try TaskLibrary(path: $0) }
    try Console.printJSON(loaded.flatMap { try $0.descriptions() })
  }
}

/// What `superb run --multitask` starts for each upstream.
struct JointTrainingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: JointTraining.command,
    abstract: "Train several experiments of one upstream.",
    shouldDisplay: false)

  @Argument var folders: [String]

  func run() throws {
    Interruption.handleSignals()
    throw ArgumentParser.ExitCode(try JointTraining(folders: folders).run())
  }
}

/// What `superb run --dry-run` starts for each cell.
struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ExperimentForecast.command,
    abstract: "Measure what one experiment will take.", shouldDisplay: false)

  @Argument var folder: String

  func run() throws {
    Lifeline.hold()
    let forecast = try ExperimentForecast(folder: folder)
    print(ExperimentForecast.marker)
    try Console.printJSON(forecast)
  }
}
