import ArgumentParser
import Cluster
import Configuration
import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Runs

/// Where a run is worked off, if not by this process.
struct ClusterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Make every experiment a job: slurm, local, or a command with {command} \
      for the job's own, "ssh node1 {command}".
      """, valueName: "place"))
  var on: String?

  @Flag(
    help: """
      With --on, run the jobs of the first cell here by the very scripts, and \
      queue nothing: the advice before hundreds of them.
      """)
  var local = false

  @Flag(
    help: """
      Work the run off as one of the processes that mpirun or srun has \
      started: each takes the next job that no other has taken.
      """)
  var ranks = false

  @Option(
    help: ArgumentHelp(
      """
      With --ranks, how many train one experiment together, 8 at most; unless \
      said, as many as there are for each.
      """, valueName: "n"))
  var together: Int?

  @Option(
    help: ArgumentHelp(
      "For --dry-run: jobs that will run at a time.", valueName: "n"))
  var nodes: Int?

  @Option(
    help: ArgumentHelp(
      "A setting of the section cluster: partition=gpu, time=4:00:00.",
      valueName: "key=value"))
  var cluster: [String] = []

  func validate() throws {
    try require(nodes ?? 1 >= 1, "--nodes takes 1 or more")
    try require(
      !ranks || on == nil, "--ranks works jobs off itself, and --on does not")
    try require(
      together.map { ranks && (1...8).contains($0) } ?? true,
      "--together takes 1 to 8 of --ranks")
    try require(!local || on != nil, "--local says where --on's jobs are tried")
  }

  /// Nil if nothing was said.
  var place: ClusterPlace? {
    get throws { try on.map { try ClusterPlace($0) } }
  }

  /// The site's, the benchmark's over them, `--cluster` over both.
  func settings(_ benchmark: Benchmark) throws -> ClusterSettings {
    try ClusterSettings(
      [try Site.current().cluster, benchmark.cluster].compactMap(\.self),
      options: cluster)
  }

  /// The same; goes on as the program that the settings name, if that is
  /// another than this.
  func settings(
    _ benchmark: Benchmark, _ installation: Installation
  ) throws -> ClusterSettings {
    let settings = try settings(benchmark)
    try Self.become(settings, installation)
    return settings
  }

  /// Says that this process is the settings' program already.
  private static let becameVariable = "SUPERB_CLUSTER_PROGRAM"

  /// What another build has planned it must run: its tasks' libraries are
  /// built against its own kit. Within a container there is no telling.
  private static func become(
    _ settings: ClusterSettings, _ installation: Installation
  ) throws {
    guard settings.container == nil, let program = settings.program,
      getenv(becameVariable) == nil
    else { return }
    guard
      let path = Subprocess.path(
        of: program, ProcessInfo.processInfo.environment)
    else {
      throw UserError(
        "there is no program '\(program)' here", at: "cluster.program")
    }
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard real != installation.executable else { return }
    setenv(becameVariable, path, 1)
    var words = ([path] + CommandLine.arguments.dropFirst()).map {
      strdup($0)
    }
    words.append(nil)
    execv(path, words)
    throw UserError.system("cannot start this program", path)
  }
}
