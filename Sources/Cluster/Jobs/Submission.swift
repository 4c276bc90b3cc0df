import Diagnostics
import Files
import Foundation
import Records

/// What was queued by one command, as `submission.json` in its folder
/// `jobs/<number>` keeps it: who has queued it, and which job does what.
package struct Submission: Codable, Equatable, Sendable {
  package struct Array: Codable, Equatable, Sendable {
    /// As the scheduler calls it; nil where there is none.
    package var job: String?
    package var name: String
    /// Of the elements in their order, below the base.
    package var folders: [String]
  }

  /// What `--on` said.
  package var place: String
  /// The command that has queued it.
  package var command: CellRecord.Command
  package var arrays: [Array] = []

  package static let fileName = "submission.json"
  /// Below the folder of a run, or of a sweep.
  package static let folderName = "jobs"

  package init(place: String, command: CellRecord.Command) {
    self.place = place
    self.command = command
  }

  package func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [
      .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
    ]
    try AtomicFile.write(
      try encoder.encode(self), to: folder + "/" + Self.fileName)
  }

  /// All of a base folder, the oldest first; those that cannot be read are
  /// left out.
  package static func all(in base: String) -> [Submission] {
    let place = base + "/" + folderName
    let names = (try? names(inFolder: place)) ?? []
    return names.compactMap { name in
      FileManager.default.contents(
        atPath: place + "/\(name)/" + fileName
      ).flatMap { try? JSONDecoder().decode(Submission.self, from: $0) }
    }
  }

  /// Makes the next submission's folder.
  package static func makeFolder(in base: String) throws -> String {
    let place = base + "/" + folderName
    try Files.makeFolder(place)
    var number = (try names(inFolder: place).compactMap { Int($0) }.max() ?? 0)
    while true {
      number += 1
      let path = place + "/" + String(format: "%04d", number)
      if mkdir(path, 0o777) == 0 { return path }
      // Somebody else may have been quicker.
      guard errno == EEXIST else {
        throw UserError.system("cannot make the folder", path)
      }
    }
  }
}

/// Which job was queued last for each folder of a base.
package struct SubmittedJobs: Sendable {
  /// `123_4` by folder, below the base.
  package private(set) var elements: [String: String] = [:]
  /// Folders of jobs that no scheduler knows.
  package private(set) var others: Set<String> = []
  /// Those that were taken back.
  package let cancelled: Set<String>
  /// The arrays of the elements.
  package private(set) var arrays: [String] = []

  private static let cancelledName = Submission.folderName + "/cancelled"

  /// Writes down that jobs were taken back.
  package static func cancel(_ jobs: [String], in base: String) throws {
    if jobs.isEmpty { return }
    try AppendedFile(path: base + "/" + cancelledName)
      .append(jobs.joined(separator: "\n") + "\n")
  }

  package init(in base: String) {
    let lines =
      FileManager.default.contents(atPath: base + "/" + Self.cancelledName)
      ?? Data()
    cancelled = Set(
      String(decoding: lines, as: UTF8.self).split(separator: "\n")
        .map(String.init))
    for submission in Submission.all(in: base) {
      for array in submission.arrays {
        for (place, folder) in array.folders.enumerated() {
          others.remove(folder)
          elements[folder] = array.job.map { "\($0)_\(place)" }
          if array.job == nil { others.insert(folder) }
        }
      }
    }
    let known = Set(
      elements.values.compactMap { $0.split(separator: "_").first })
    arrays = known.map(String.init).sorted()
  }

  /// Of all jobs.
  package var folders: [String] { Array(elements.keys) + others }

  /// What the scheduler says of those that are not over, by folder.
  ///
  /// - Throws: `UserError` if it does not answer.
  package func live(
    _ slurm: Slurm = Slurm()
  ) throws -> [String: (job: String, entry: QueueListing.Entry)] {
    let queue = try slurm.queue(of: arrays).entries
    return elements.compactMapValues { job in
      queue[job].map { (job, $0) }
    }
  }
}
