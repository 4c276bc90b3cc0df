import Files
import Foundation
import TestSupport
import Testing

@testable import Runs

/// What a job says of itself, and what follows from it.
@Suite struct JobMarkerTests {
  private func marker(
    _ environment: [String: String] = [:], seconds: Double? = 3600
  ) -> JobMarker {
    JobMarker(environment: environment, timeSeconds: seconds)
  }

  @Test func slurmSaysWhoseProcessItIs() {
    let element = marker([
      "SLURM_JOB_ID": "9", "SLURM_ARRAY_JOB_ID": "7",
      "SLURM_ARRAY_TASK_ID": "3", "SLURMD_NODENAME": "n4",
      "SLURM_RESTART_COUNT": "2",
    ])
    #expect(element.job == "7_3")
    #expect(element.host == "n4")
    #expect(element.restarts == 2)
    #expect(element.deadline != nil)
    #expect(marker(["SLURM_JOB_ID": "9"]).job == "9")
    let alone = marker()
    #expect(alone.job == nil)
    #expect(alone.host == hostName())
    // Nobody ends it.
    #expect(alone.deadline == nil)
  }

  @Test func markerComesBackAsItWasWritten() throws {
    let folder = try TemporaryFolder()
    #expect(JobMarker.read(from: folder.path) == nil)
    var written = marker(["SLURM_JOB_ID": "9"])
    written.started = Date(timeIntervalSince1970: 1)
    written.updated = Date(timeIntervalSince1970: 2)
    written.deadline = nil
    written.end = .outOfTime
    try written.write(to: folder.path)
    #expect(JobMarker.read(from: folder.path) == written)
  }

  @Test func aliveIsWhoGivesSignsAndIsThere() {
    var here = marker()
    #expect(here.isAlive)
    here.end = .done
    #expect(!here.isAlive)
    var silent = marker()
    silent.updated = Date(timeIntervalSinceNow: -3600)
    #expect(!silent.isAlive)
    // No process has this number.
    var gone = marker()
    gone.process = .max
    #expect(!gone.isAlive)
    gone.host = "elsewhere"
    #expect(gone.isAlive)
  }

  @Test func timeIsUpForWhoWasThereUntilThen() {
    var job = marker(["SLURM_JOB_ID": "9"])
    #expect(!job.ranOutOfTime)
    job.updated = job.started.addingTimeInterval(3590)
    #expect(job.ranOutOfTime)
    job.end = .interrupted
    #expect(!job.ranOutOfTime)
    job.end = .outOfTime
    #expect(job.ranOutOfTime)
  }
}
