import ArgumentParser
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
    abstract: "Print a task library's descriptions.", shouldDisplay: false)

  @Argument var library: String

  func run() throws {
    try Console.printJSON(TaskLibrary(path: library).descriptions())
  }
}
