import Files
import Foundation
import Runs
import TestSupport
import Testing

/// Runs as jobs: the numbers are those of a run in one piece, whoever works
/// the jobs off and however often they are begun.
@Suite struct ClusterRunTests {
  private static let wanted = ["run", "-d", "ks,emotion", "-u", "fbank"]

  private static let settings = """
    cluster: {shards: 2, warning: 60}

    """

  private func folder(_ slurm: FakeSlurm? = nil) throws -> BenchmarkFolder {
    let folder = try BenchmarkFolder(
      BenchmarkFolder.standard + """
          emotion:
            runner: {total_steps: 20, eval_step: 10, save_step: 10}

        """ + Self.settings)
    for (name, value) in slurm?.environment ?? [:] {
      folder.setEnvironment(name, value)
    }
    return folder
  }

  private func states(_ folder: BenchmarkFolder) throws -> [RunStatus.State] {
    let text = try folder.superb("status", "--json").output
    return try JSONDecoder().decode([RunStatus].self, from: Data(text.utf8))
      .flatMap(\.experiments).map(\.state)
  }

  @Test func jobsHereGiveTheNumbersOfARunInOnePiece() throws {
    let (whole, jobs) = (try folder(), try folder())
    #expect(try whole.superb(Self.wanted).exitCode == 0)
    let run = try jobs.superb(
      Self.wanted + ["--on", "nice {command}", "--jobs", "2"])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.errors.contains("demo:fbank-emotion-fold1: done"))
    #expect(try jobs.numbers() == whole.numbers())
    // Who is at it, and what it said, is kept where it worked.
    let files = jobs.files()
    for name in ["job.sh", "job.out", "job.err", "job.json"] {
      #expect(
        files.contains {
          $0.hasPrefix("demo/fbank/ks/") && $0.hasSuffix("/" + name)
        }, "\(name)")
    }
    let again = try jobs.superb(Self.wanted + ["--on", "local"])
    #expect(again.exitCode == 0)
    #expect(again.errors.contains("nothing to queue"))
  }

  @Test func queuedJobsGiveTheNumbersOfARunInOnePiece() throws {
    let slurm = try FakeSlurm(largestArray: 4)
    let (whole, queued) = (try folder(), try folder(slurm))
    #expect(try whole.superb(Self.wanted).exitCode == 0)
    let run = try queued.superb(Self.wanted + ["--on", "slurm"])
    #expect(run.exitCode == 0, "\(run.errors)")
    // Shards, then six jobs in arrays of four at the most.
    #expect(run.errors.contains("queued 101: demo:fbank-extraction, 2 jobs"))
    #expect(run.errors.contains("queued 102: demo:fbank, 4 jobs"))
    #expect(run.errors.contains("queued 103: demo:fbank, 2 jobs"))
    #expect(try slurm.folder.text("103.after") == "afterany:101\n")
    #expect(
      try states(queued) == Array(repeating: .queued, count: 6))

    let again = try queued.superb(Self.wanted + ["--on", "slurm"])
    #expect(again.errors.contains("jobs have all that is missing"))
    let here = try queued.superb(Self.wanted)
    #expect(here.exitCode == 2)
    #expect(here.errors.contains("jobs have 2 of these cells"))
    let fresh = try queued.superb(Self.wanted + ["--on", "slurm", "--fresh"])
    #expect(fresh.exitCode == 2)

    for (job, count) in [("101", 2), ("102", 4), ("103", 2)] {
      for place in 0..<count {
        // One is lost without a trace, and one of the folds taken back.
        if job == "102", place == 0 {
          try slurm.set(job, 0...0, "ENDED9")
        } else if job == "103", place == 1 {
          let cancel = try queued.superb("cancel", "--all")
          #expect(cancel.output == "cancelled 103_1\n")
        } else {
          #expect(try slurm.perform(job, place) == 0)
        }
      }
    }
    #expect(
      try states(queued).sorted { $0.rawValue < $1.rawValue }
        == [.done, .done, .done, .done, .lost, .waiting])
    let rest = try queued.superb(Self.wanted + ["--on", "slurm"])
    #expect(rest.errors.contains("demo:fbank, 2 jobs"), "\(rest.errors)")
    for (job, count) in [("104", 2), ("105", 2)] {
      for place in 0..<count {
        #expect(try slurm.perform(job, place) == 0)
      }
    }
    #expect(try queued.numbers() == whole.numbers())
    #expect(try states(queued) == Array(repeating: .done, count: 6))
    let listing = try queued.superb("status", "--json").output
    #expect(try Schema("status").problems(in: listing) == [])
    #expect(listing.contains("\"jobs\" : 2"), "\(listing)")
  }

  @Test func warnedJobIsQueuedAnewAndGoesOnToTheBit() throws {
    let slurm = try FakeSlurm()
    let held = try HeldRun()
    for (name, value) in slurm.environment {
      held.folder.setEnvironment(name, value)
    }
    let folder = held.folder
    try folder.write("hold", "")
    let run = try folder.superb(
      "run", "--on", "slurm", "--cluster", "shards=1")
    #expect(run.exitCode == 0, "\(run.errors)")
    let warning = folder.path + "/warning"
    let thread = Thread {
      _ = try? slurm.perform("102", 0, warnedBy: warning)
    }
    thread.start()
    let isHeld = try eventually {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .contains { $0.hasPrefix("hold.") }
    }
    #expect(isHeld)
    try folder.write("warning", "")
    usleep(500_000)
    held.release()
    #expect(eventually { !thread.isExecuting })
    #expect(slurm.lines("requeued") == ["102_0"])
    let text = try folder.superb("status").output
    #expect(text.contains("queued: BeginTime, job 102_0"), "\(text)")
    #expect(try slurm.perform("102", 0) == 0)
    #expect(try slurm.perform("104", 0) == 0)
    #expect(try folder.numbers() == HeldRun.undisturbed())
  }

  @Test func dryRunShowsScriptsAndAForecastAndWritesNothing() throws {
    let slurm = try FakeSlurm()
    let folder = try folder(slurm)
    let run = try folder.superb(
      Self.wanted + [
        "--on", "slurm", "--dry-run", "--nodes", "3", "--cluster",
        "time='2:00'",
      ])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.contains("#SBATCH --array=0-5\n"))
    #expect(run.output.contains("scontrol requeue"))
    #expect(run.output.contains("with 3 at a time"))
    #expect(folder.files() == [])
    #expect(slurm.lines("last") == [])
  }

  @Test func trialRunsTheFirstCellByItsScriptAndQueuesNothing() throws {
    let slurm = try FakeSlurm()
    let folder = try folder(slurm)
    let run = try folder.superb(Self.wanted + ["--on", "slurm", "--local"])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.errors.contains("the first cell runs"))
    #expect(slurm.lines("last") == [])
    #expect(try folder.results().count == 1)
  }

  @Test func whatCannotBeQueuedIsRefused() throws {
    let folder = try folder()
    for (arguments, says) in [
      (["--on", "slrum"], "did you mean 'slurm'?"),
      (["--on", "local", "--multitask"], "--multitask"),
      (["--on", "slurm", "--cluster", "cpu=2"], "did you mean 'cpus'?"),
      (["--local"], "--on"),
    ] {
      let run = try folder.superb(Self.wanted + arguments)
      #expect(run.exitCode == 2)
      #expect(run.errors.contains(says), "\(run.errors)")
    }
    #expect(folder.files() == [])
  }
}
