import Diagnostics
import Foundation
import Runs

/// Cells of a plan that jobs have: nobody else may begin them.
package struct BusyCells {
  /// The cells' folders as the plan has them.
  package private(set) var folders: Set<String> = []
  /// `123_4`, or where the process runs.
  package private(set) var jobs: [String] = []

  private let root: String

  /// - Throws: `UserError` if there are jobs and the scheduler does not say
  ///   what has become of them.
  package init(_ plan: RunPlan) throws {
    let root = RunCell.absolute(plan.root)
    self.root = root
    let submitted = SubmittedJobs(in: root)
    let live = submitted.arrays.isEmpty ? [:] : try submitted.live()
    for cell in plan.cells {
      for (_, folder) in cell.experiments {
        let place = RunCell.absolute(folder)
        let below = place.dropFirst(root.count + 1)
        if let job = live[String(below)]?.job {
          folders.insert(cell.folder)
          jobs.append(job)
        } else if submitted.others.contains(String(below)),
          let marker = JobMarker.read(from: place), marker.isAlive
        {
          folders.insert(cell.folder)
          jobs.append("process \(marker.process) on \(marker.host)")
        }
      }
    }
  }

  /// - Throws: `UserError` if jobs have some of the plan's cells.
  package func refuse() throws {
    guard let first = jobs.first else { return }
    throw UserError(
      "jobs have \(folders.count) of these cells: \(first)"
        + (jobs.count > 1 ? " and \(jobs.count - 1) more" : ""), at: root,
      fix: "wait for them, take them back with superb cancel, or choose"
        + " another --name")
  }
}
