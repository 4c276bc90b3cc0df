import Configuration
import Diagnostics
import Files
import Foundation

/// What the folder of a cell says of itself: its settings with the places
/// they come from, and the commands that have run it.
///
/// `cell.json` holds all of it; `config.yaml` beside it is the task's whole
/// configuration, which `-c` takes back to the same signature. Neither
/// decides a number.
package struct CellRecord: Codable, Sendable {
  /// Who has run it, where, how and when.
  package struct Command: Codable, Equatable, Sendable {
    /// As a shell would take it.
    package var line: String
    /// The folder that it was typed in.
    package var folder: String
    package var host: String
    package var user: String
    /// ISO 8601, UTC.
    package var time: String
    /// Of the program.
    package var version: String
  }

  /// The whole cell: without a fold where it has all.
  package var experiment: Experiment
  /// Of the cell, hexadecimal.
  package var signature: String
  /// Where each argument comes from: an option, a place in a file; by name.
  package var origins: [String: String]
  /// The first is the oldest.
  package var commands: [Command]

  package static let fileName = "cell.json"
  package static let configName = "config.yaml"

  package init(
    experiment: Experiment, signature: String, origins: [String: String] = [:],
    commands: [Command] = []
  ) {
    self.experiment = experiment
    self.signature = signature
    self.origins = origins
    self.commands = commands
  }

  /// The record in a cell's folder; nil if there is none that can be read.
  package static func read(from folder: String) -> CellRecord? {
    FileManager.default.contents(atPath: folder + "/" + fileName).flatMap {
      try? JSONDecoder().decode(CellRecord.self, from: $0)
    }
  }

  /// Writes both files into the folder, which is made if need be, keeping the
  /// commands that are known there already.
  package func write(to folder: String) throws {
    try makeFolder(folder)
    var record = self
    let before = CellRecord.read(from: folder)?.commands ?? []
    record.commands = before + commands.filter { !before.contains($0) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [
      .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
    ]
    try AtomicFile.write(
      try encoder.encode(record), to: folder + "/" + Self.fileName)
    try AtomicFile.write(
      Data(configText.utf8), to: folder + "/" + Self.configName)
  }

  private var configText: String {
    """
    # \(experiment.upstream) on \(experiment.task.id), \(signature.prefix(12)): \
    superb run --from \(signature.prefix(12)) runs it again.

    """ + experiment.config.value.yaml()
  }
}

extension CellRecord.Command {
  /// This process's.
  package static func current(version: String) -> Self {
    return Self(
      line: CommandLine.arguments.map(\.quotedForShell)
        .joined(separator: " "),
      folder: FileManager.default.currentDirectoryPath, host: hostName(),
      user: NSUserName(), time: Date().formatted(.iso8601),
      version: version)
  }
}

extension String {
  /// As one word of a shell's.
  package var quotedForShell: String {
    let isPlain =
      !isEmpty
      && allSatisfy {
        $0.isASCII
          && ($0.isLetter || $0.isNumber || "_-./=,:+@%".contains($0))
      }
    return isPlain
      ? self : "'" + replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
