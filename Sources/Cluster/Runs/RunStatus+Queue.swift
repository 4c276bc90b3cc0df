import Diagnostics
import Foundation
import Runs

extension RunStatus {
  /// The same with what the scheduler says of the run's jobs.
  ///
  /// - Parameter note: told if it does not answer; what jobs say of
  ///   themselves holds then.
  package func withQueue(
    _ slurm: Slurm = Slurm(), note: (String) -> Void = { _ in }
  ) -> RunStatus {
    let submitted = SubmittedJobs(in: RunCell.absolute(root))
    var status = self
    status.extraction = extraction(submitted)
    guard !submitted.elements.isEmpty else { return status }
    do {
      let live = try submitted.live(slurm)
      for index in status.experiments.indices {
        let folder = status.experiments[index].folder
        guard let job = submitted.elements[folder] else { continue }
        status.experiments[index].merge(
          job, live[folder]?.entry, JobMarker.read(from: root + "/" + folder),
          isCancelled: submitted.cancelled.contains(job))
      }
      status.isRunning =
        isRunning || status.count(.running) + status.count(.queued) > 0
      if !isRunning { status.secondsLeft = nil }
    } catch {
      note("the queue is not known: \(error)")
    }
    return status
  }

  /// From what the shards say of themselves.
  private func extraction(_ submitted: SubmittedJobs) -> Extraction? {
    let shards = submitted.folders.filter(ClusterRun.isShard)
    guard !shards.isEmpty else { return nil }
    var extraction = Extraction(jobs: shards.count)
    for marker in shards.compactMap({ JobMarker.read(from: root + "/" + $0) }) {
      if marker.end == .done { extraction.done += 1 }
      if marker.isAlive { extraction.running += 1 }
    }
    return extraction
  }
}

extension RunStatus.Experiment {
  /// - Parameters:
  ///   - job: that it was given to last.
  ///   - entry: nil if the scheduler has none any more.
  ///   - marker: what the last job there says of itself.
  fileprivate mutating func merge(
    _ job: String, _ entry: QueueListing.Entry?, _ marker: JobMarker?,
    isCancelled: Bool
  ) {
    guard state != .done, state != .failed || entry != nil else { return }
    self.job = job
    let own = marker?.job == job ? marker : nil
    if own == nil { (phase, done, total, note) = (nil, nil, nil, nil) }
    guard let entry else {
      secondsLeft = nil
      if own?.ranOutOfTime == true {
        state = .timedOut
      } else if own?.end == .interrupted || own != nil && isCancelled {
        state = .interrupted
      } else {
        // It has left the queue without a result, and says nothing.
        state = isCancelled ? .waiting : .lost
      }
      return
    }
    state = entry.isHeld ? .held : entry.runs ? .running : .queued
    if state == .running {
      reason = nil
      if !entry.nodes.isEmpty { host = entry.nodes }
    } else {
      reason = entry.reason == "None" ? nil : entry.reason
      (host, secondsLeft) = (nil, nil)
    }
  }
}
