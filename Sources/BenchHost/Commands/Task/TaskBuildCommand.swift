import ArgumentParser
import Diagnostics
import Hosting
import Records

/// `superb task build`.
struct TaskBuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Build task folders and show the compiler's whole output.")

  @OptionGroup var shared: BenchmarkOptions

  @Argument(help: "Folders of tasks.")
  var folders: [String]

  @Option(
    help: ArgumentHelp(
      "Copy the libraries there, for an installation.", valueName: "folder"))
  var into: String?

  func run() throws {
    let benchmark = try shared.located()
    let builder = TaskBuilder(
      installation: try Installation.current(), cache: benchmark.cacheFolder,
      trusted: try Site.trustedWriters())
    for path in folders {
      guard let folder = TaskFolder(path: path) else {
        throw UserError(
          "no task folder: it holds no .swift and no .c file", at: path)
      }
      let (isBuilt, output) = try builder.diagnostics(for: folder)
      if !output.isEmpty { StandardError.note(output) }
      guard isBuilt else {
        throw UserError("the task does not build", at: path)
      }
      print(
        try into.map { try builder.install(folder, in: $0) }
          ?? builder.library(for: folder))
    }
  }
}
