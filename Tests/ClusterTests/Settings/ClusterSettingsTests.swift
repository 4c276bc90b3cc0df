import Configuration
import Diagnostics
import Testing

@testable import Cluster

/// What the section `cluster` and `--on` say.
@Suite struct ClusterSettingsTests {
  private func settings(
    _ texts: String..., options: [String] = []
  ) throws -> ClusterSettings {
    try ClusterSettings(
      texts.map { try ConfigValue.yaml(text: $0, name: "benchmark.yaml") },
      options: options)
  }

  @Test func benchmarkIsLaidOverTheSiteAndOptionsOverBoth() throws {
    let found = try settings(
      "{partition: long, account: speech, time: '1-00:00:00', cpus: 8}",
      "{partition: short, modules: [gcc/12]}",
      options: ["cpus=2", "sbatch=[--exclusive]", "time='30:00'"])
    #expect(found.partition == "short")
    #expect(found.account == "speech")
    #expect(found.cpus == 2)
    #expect(found.modules == ["gcc/12"])
    #expect(found.sbatch == ["--exclusive"])
    #expect(found.time?.seconds == 1800)
    #expect(found.requeues)
  }

  @Test(arguments: [
    ("90", 5400.0), ("30:00", 1800), ("4:00:00", 14_400), ("2-0", 172_800),
    ("1-12:30", 131_400), ("1-00:00:01", 86_401),
  ])
  func timesAreSlurms(text: String, seconds: Double) {
    #expect(WallTime(text)?.seconds == seconds)
  }

  @Test(arguments: ["", "0", "x", "1:2:3:4", "1-", "-1", "4h"])
  func whatIsNoTimeIsNone(text: String) {
    #expect(WallTime(text) == nil)
  }

  @Test func mistakesAreNamedWithTheirPlace() {
    #expect(throws: UserError.self) { try settings("{partitoin: x}") }
    #expect(throws: UserError.self) { try settings("{cpus: 0}") }
    #expect(throws: UserError.self) { try settings("{umask: '8'}") }
    #expect(throws: UserError.self) { try settings(options: ["cpus"]) }
    // YAML reads it as seconds, Slurm as minutes.
    let error = #expect(throws: UserError.self) {
      try settings("{time: 4:00:00}")
    }
    #expect(error?.fix?.contains("'4:00:00'") == true)
    #expect(error?.location == "benchmark.yaml:1:8")
  }

  @Test func placesAreLocalSlurmAndCommands() throws {
    #expect(try ClusterPlace("slurm") == .slurm)
    #expect(try ClusterPlace("local") == .local)
    #expect(
      try ClusterPlace("ssh a {command}") == .custom("ssh a {command}"))
    let misspelt = #expect(throws: UserError.self) {
      try ClusterPlace("slrum")
    }
    #expect(misspelt?.fix?.contains("slurm") == true)
    #expect(throws: UserError.self) { try ClusterPlace("ssh a") }
  }
}
