import ArgumentParser
import Diagnostics
import Files
import Foundation
import Hosting

/// `superb task new`: a task folder to begin with.
struct TaskNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write a task folder that builds, runs and can be changed.",
    discussion: """
      The task is one of the examples under its own name. The one in Swift
      classifies the clips of any corpus whose folders are its classes,
      <root>/<class>/*.wav; the one in C tells two words apart.
      """)

  @Option(help: "What the task is written in.")
  var language = TaskTemplate.Language.swift

  @Option(
    name: .customLong("in"),
    help: ArgumentHelp(
      "The folder that the task's folder goes into.", valueName: "dir"))
  var directory = "Plugins"

  @Argument(
    help: "The task's id: lower-case letters, digits and _, a letter first.")
  var name: String

  func run() throws {
    let files = try TaskTemplate(name: name, language: language)
      .files(from: Installation.current().examples)
    let folder = directory + "/" + name
    guard !FileManager.default.fileExists(atPath: folder) else {
      throw UserError(
        "there is something of this name already", at: folder,
        fix: "choose another name, or --in another folder")
    }
    try makeFolder(folder)
    for (file, text) in files {
      try AtomicFile.write(Data(text.utf8), to: folder + "/" + file)
    }
    for (file, _) in files { print(folder + "/" + file) }
    StandardError.note(
      """
      next:
        superb task check \(folder)
        name its corpus in benchmark.yaml: \(folder)/README.md says which
        superb run --upstream fbank_no_cmvn --tasks \(name)\(pluginPath)
      """)
  }

  /// What finds the task where it is not looked for anyway.
  private var pluginPath: String {
    directory == "Plugins" ? "" : " --plugin-path \(directory)"
  }
}
