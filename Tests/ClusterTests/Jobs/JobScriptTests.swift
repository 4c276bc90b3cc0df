import Files
import Foundation
import TestSupport
import Testing

@testable import Cluster

/// A job's script: what it starts, what it passes on, and when it is queued
/// anew.
@Suite struct JobScriptTests {
  private let folder: TemporaryFolder
  private let slurm: FakeSlurm

  init() throws {
    folder = try TemporaryFolder()
    slurm = try FakeSlurm()
  }

  /// A program that says what it was given, waits for `go` or a signal, and
  /// counts on where it was.
  private func setting(
    _ change: (inout ClusterSettings) -> Void = { _ in }
  ) throws -> JobSetting {
    var settings = ClusterSettings()
    change(&settings)
    let program = try folder.write(
      "program",
      """
      #!/bin/bash
      echo "$@" "$SUPERB_X" "$PWD"
      trap 'echo stopped; exit 75' USR1 TERM
      : >"$2/ready"
      [ -e "$2/wait" ] && for i in $(seq 1000); do sleep 0.05; done
      exit "$(cat "$2/code" 2>/dev/null || echo 0)"
      """)
    chmod(program, 0o755)
    return JobSetting(
      settings: settings, program: program, workingFolder: folder.path,
      environment: ["SUPERB_X": "a 'b'"])
  }

  private func submit(
    _ setting: JobSetting, files: [String: String] = [:]
  ) throws -> String {
    let job = JobScript(
      folder: folder.file("it's here"), name: "demo:x-ks",
      arguments: ["job", folder.file("it's here")])
    for (name, text) in files { try folder.write("it's here/" + name, text) }
    let (submission, _) = try Submitter(
      place: .slurm, setting: setting,
      slurm: Slurm(environment: slurm.environment)
    ).submit(
      [JobGroup(name: "demo:x", jobs: [job])], base: folder.path)
    #expect(submission.arrays[0].folders == ["it's here"])
    return try #require(submission.arrays[0].job)
  }

  private func output() throws -> String {
    try folder.text("it's here/job.out")
  }

  @Test func runsTheProgramWhereItWasTypedAndKeepsWhatItSays() throws {
    let job = try submit(try setting { $0.setup = ["echo set up"] })
    #expect(try slurm.perform(job, 0) == 0)
    let said = "job \(folder.file("it's here")) a 'b' \(folder.path)"
    #expect(try output() == "set up\n\(said)\n")
  }

  @Test func exitCodeIsTheProgramsAndNothingIsQueuedAnew() throws {
    let job = try submit(try setting(), files: ["code": "3"])
    #expect(try slurm.perform(job, 0) == 3)
    #expect(slurm.lines("requeued") == [])
  }

  @Test func warnedJobStopsAndIsQueuedAnew() throws {
    let job = try submit(try setting(), files: ["wait": ""])
    #expect(
      try slurm.perform(job, 0, warnedBy: folder.file("it's here/ready")) == 0)
    #expect(try output().hasSuffix("stopped\n"))
    #expect(slurm.lines("requeued") == ["\(job)_0"])
    // The second attempt knows that it is one, and ends.
    unlink(folder.file("it's here/wait"))
    #expect(try slurm.perform(job, 0) == 0)
    #expect(slurm.lines("requeued").count == 1)
  }

  @Test func siteThatQueuesNothingAnewIsTold() throws {
    let job = try submit(
      try setting { $0.requeues = false }, files: ["wait": ""])
    #expect(
      try slurm.perform(job, 0, warnedBy: folder.file("it's here/ready")) == 75)
    #expect(slurm.lines("requeued") == [])
    let script = try folder.text("jobs/0001/array-1.sh")
    #expect(script.contains("#SBATCH --no-requeue\n"))
  }

  @Test func jobThatWasQueuedAnewTooOftenEnds() throws {
    let job = try submit(
      try setting { $0.mostRequeues = 0 }, files: ["wait": ""])
    #expect(
      try slurm.perform(job, 0, warnedBy: folder.file("it's here/ready")) == 75)
    #expect(slurm.lines("requeued") == [])
    #expect(try folder.text("it's here/job.err").contains("that is enough"))
  }

  @Test func settingsStandInTheArraysScript() throws {
    _ = try submit(
      try setting {
        $0.partition = "gpu"
        $0.account = "speech"
        $0.time = WallTime("4:00:00")
        $0.cpus = 8
        $0.memory = "16G"
        $0.gpus = "a100:1"
        $0.parallel = 5
        $0.sbatch = ["--exclusive", "#SBATCH --nice=100"]
      })
    let script = try folder.text("jobs/0001/array-1.sh")
    for option in [
      "job-name=demo:x", "array=0-0%5", "signal=B:USR1@120", "requeue",
      "cpus-per-task=8", "partition=gpu", "account=speech", "time=4:00:00",
      "mem=16G", "gpus-per-node=a100:1", "exclusive", "nice=100",
    ] {
      #expect(script.contains("#SBATCH --\(option)\n"), "\(option)")
    }
  }

  @Test func modulesAndContainerComeBeforeTheProgram() throws {
    let text = JobScript(folder: "/r/x", name: "n", arguments: ["job", "/r/x"])
      .text(
        try setting {
          $0.modules = ["gcc/12"]
          $0.container = "apptainer exec superb.sif"
          $0.umask = "002"
        })
    #expect(text.contains("\numask 002\n"))
    #expect(text.contains("\nmodule load gcc/12\n"))
    #expect(text.contains("\napptainer exec superb.sif /"))
  }
}
