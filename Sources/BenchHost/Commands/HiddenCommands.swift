import ArgumentParser
import Diagnostics
import Files
import Foundation
import Hosting
import Runs
import Tensors
import Training

/// What `superb run` starts for each experiment.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration.hidden(
    Worker.command, "Run one experiment.")

  @Argument var folder: String
  /// Which of `size` workers it is that train the experiment together.
  @Option var rank = 0
  @Option var size = 1

  func run() throws {
    Interruption.handleSignals()
    let code = try Worker(folder: folder, rank: rank, of: size).work()
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

/// What a worker starts for its share of a grid's rates.
struct RateTrainingCommand: ParsableCommand {
  static let configuration = CommandConfiguration.hidden(
    RateTraining.command, "Train a share of a grid's learning rates.")

  @Argument var folder: String
  @Argument var share: Int

  func run() throws {
    Interruption.handleSignals()
    throw ArgumentParser.ExitCode(
      try RateTraining(folder: folder, share: share).work())
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

/// What a job of a cluster starts.
struct JobCommand: ParsableCommand {
  static let configuration = CommandConfiguration.hidden(
    Job.command, "Do the work of one job's folder.")

  @Argument var folder: String
  @Option var stallTimeout: Int?
  /// In gigabytes.
  @Option var memoryLimit: Double?
  /// Seconds that the scheduler gives it.
  @Option var time: Double?

  func run() throws {
    Interruption.handleSignals()
    var limits = WorkerLimits()
    if let stallTimeout { limits.stallSeconds = stallTimeout }
    if let memoryLimit { limits.memoryBytes = Int(memoryLimit * 1e9) }
    throw ArgumentParser.ExitCode(
      try Job.run(in: folder, limits: limits, timeSeconds: time))
  }
}

/// What a job starts that extracts.
struct ExtractShardCommand: ParsableCommand {
  static let configuration = CommandConfiguration.hidden(
    ExtractionShard.command, "Extract a share of the utterances.")

  @Argument var folder: String

  func run() throws {
    Interruption.handleSignals()
    Lifeline.hold()
    Engine.flushSubnormals()
    throw ArgumentParser.ExitCode(
      try ExtractionShard.extract(inFolder: folder))
  }
}
