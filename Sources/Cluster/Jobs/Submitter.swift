import Diagnostics
import Files
import Foundation
import Records

/// Hands groups of jobs to wherever they are worked off.
package struct Submitter {
  package let place: ClusterPlace
  package let setting: JobSetting
  /// Jobs at a time where there is no scheduler.
  package let parallel: Int
  private let slurm: Slurm

  package init(
    place: ClusterPlace, setting: JobSetting, parallel: Int = 1,
    slurm: Slurm = Slurm()
  ) {
    self.place = place
    self.setting = setting
    self.parallel = parallel
    self.slurm = slurm
  }

  /// Groups as the scheduler takes them.
  package func sized(_ groups: [JobGroup]) throws -> [JobGroup] {
    let groups = groups.filter { !$0.jobs.isEmpty }
    guard place == .slurm else { return groups }
    return JobGroup.split(groups, largest: try slurm.largestArray())
  }

  /// Writes the scripts, queues them, and keeps a record in a new folder of
  /// `base`. Without a scheduler nothing is started yet.
  ///
  /// - Parameter groups: as ``sized(_:)`` gives them.
  /// - Returns: the record and its folder.
  /// - Throws: `UserError` if the scheduler refuses; what it took until then
  ///   is in the record.
  package func submit(
    _ groups: [JobGroup], base: String
  ) throws -> (Submission, folder: String) {
    for group in groups {
      for job in group.jobs { try job.write(setting) }
    }
    let folder = try Submission.makeFolder(in: base)
    var submission = Submission(
      place: place.text, command: .current(version: Versions.program))
    for (number, group) in groups.enumerated() {
      var array = Submission.Array(
        name: group.name, folders: group.jobs.map { below(base, $0.folder) })
      if place == .slurm {
        let script = arrayScript(group, number, folder)
        try AtomicFile.write(
          Data(script.listText.utf8), to: script.list, flushed: false)
        let path = (script.list as NSString).deletingPathExtension + ".sh"
        try AtomicFile.write(
          Data(script.text.utf8), to: path, flushed: false)
        do {
          array.job = try slurm.submit(
            path, after: group.after.compactMap { submission.arrays[$0].job })
        } catch let error as UserError {
          guard number > 0 else { throw error }
          throw UserError(
            "\(number) of \(groups.count) arrays are queued, the next is not: "
              + error.what,
            fix: "the same command again queues what is missing")
        }
      }
      submission.arrays.append(array)
      try submission.write(to: folder)
    }
    return (submission, folder)
  }

  /// What sbatch is given for a group.
  package func arrayText(
    _ group: JobGroup, _ number: Int, base: String
  ) -> String {
    arrayScript(group, number, base + "/" + Submission.folderName + "/N").text
  }

  private func arrayScript(
    _ group: JobGroup, _ number: Int, _ folder: String
  ) -> ArrayScript {
    ArrayScript(
      group: group, settings: setting.settings,
      list: "\(folder)/array-\(number + 1).list",
      log: "\(folder)/arrays.log")
  }

  private func below(_ base: String, _ folder: String) -> String {
    folder.hasPrefix(base + "/")
      ? String(folder.dropFirst(base.count + 1)) : folder
  }
}
