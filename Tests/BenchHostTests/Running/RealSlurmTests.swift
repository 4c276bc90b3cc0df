import Foundation
import Testing

/// A Slurm of two nodes on this machine, where there is one: what stand-ins
/// cannot show. `scripts/test-slurm` has more of it.
@Suite struct RealSlurmTests {
  private static let isThere =
    getuid() == 0
    && ["slurmctld", "slurmd", "sbatch", "munged"].allSatisfy { name in
      ["/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"]
        .contains { access($0 + name, X_OK) == 0 }
    }

  @Test(.enabled(if: isThere, "needs slurm-wlm, munge and root"))
  func boardOfTheJobsIsTheLocalOne() throws {
    let folder = try BenchmarkFolder(
      BenchmarkFolder.standard + "cluster: {cpus: 1, shards: 2}\n")
    let here = try folder.superb("run", "--runs", "here")
    #expect(here.exitCode == 0, "\(here.errors)")

    let slurm = "'\(Program.repository)/scripts/slurm-up' slurm"
    folder.setEnvironment("SLURM_CONF", folder.path + "/slurm/slurm.conf")
    defer { _ = try? shell(slurm + " down", in: folder) }
    try shell("SLURM_TRY_PORT=27817 \(slurm) 2 >slurm.log 2>&1", in: folder)
    let queued = try folder.superb("run", "--runs", "there", "--on", "slurm")
    #expect(queued.exitCode == 0, "\(queued.errors)")
    #expect(queued.errors.contains("queued 1"), "\(queued.errors)")

    let isDone = eventually(within: 180) {
      usleep(500_000)
      let status = try? folder.superb("status", "there/demo").output
      return status?.contains("2 done") == true
    }
    let status = try folder.superb("status", "there/demo")
    #expect(isDone, "\(status.output)")
    let boards = try ["here", "there"].map {
      try folder.superb("report", "--runs", $0, "--metrics", "all").output
    }
    #expect(boards[0] == boards[1])
  }

  private func shell(_ command: String, in folder: BenchmarkFolder) throws {
    let outcome = try RunningProgram(
      ["--version"], in: folder.path, environment: folder.environment,
      before: command + " && "
    ).outcome(timeout: 60)
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
  }
}
