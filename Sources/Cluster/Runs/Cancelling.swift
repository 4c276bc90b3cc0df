import Diagnostics
import Files
import Foundation
import Runs

/// Takes jobs back that have not ended.
package struct Cancelling {
  /// A run's folder.
  private let root: String
  private let slurm: Slurm

  package init(root: String, slurm: Slurm = Slurm()) {
    self.root = RunCell.absolute(root)
    self.slurm = slurm
  }

  /// Cancels the run's jobs. Those at work keep their state first.
  ///
  /// - Parameter cell: the folder of the only cell that is meant.
  /// - Returns: the jobs, `123_4`.
  package func cancel(cell: String? = nil) throws -> [String] {
    let submitted = SubmittedJobs(in: root)
    let wanted = cell.map { RunRecord.below(root, RunCell.absolute($0)) }
    func isMeant(_ folder: String) -> Bool {
      guard let wanted else { return true }
      return folder == wanted || folder.hasPrefix(wanted + "/")
    }
    var ended: [String] = []
    if !submitted.arrays.isEmpty {
      let jobs = try submitted.live(slurm).filter { isMeant($0.key) }
        .map(\.value.job).sorted()
      try SubmittedJobs.cancel(jobs, in: root)
      try slurm.cancel(jobs)
      ended += jobs
    }
    for folder in submitted.others.sorted() where isMeant(folder) {
      guard let marker = JobMarker.read(from: root + "/" + folder),
        marker.isAlive, marker.host == hostName()
      else { continue }
      if kill(marker.process, SIGTERM) == 0 {
        ended.append("process \(marker.process)")
      }
    }
    return ended
  }
}
