import ArgumentParser

/// `superb task`: for those who write tasks.
struct TaskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task", abstract: "Write, build and check tasks.",
    subcommands: [
      TaskNewCommand.self, TaskBuildCommand.self, TaskCheckCommand.self,
      RunCheckCommand.self,
    ])
}
