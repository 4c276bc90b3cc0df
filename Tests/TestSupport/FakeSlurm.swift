import Files
import Foundation

/// Slurm's programs as far as tests need them, shell alone: see
/// `fake-slurm.sh`.
package struct FakeSlurm {
  package let folder: TemporaryFolder
  /// With the programs on `PATH`.
  package private(set) var environment: [String: String]

  package init(largestArray: Int = 1001) throws {
    folder = try TemporaryFolder()
    let script = folder.file("fake-slurm.sh")
    let source = Bundle.module.path(
      forResource: "fake-slurm", ofType: "sh", inDirectory: "Fixtures")
    try FileManager.default.copyItem(atPath: source ?? "", toPath: script)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: script)
    for name in ["sbatch", "squeue", "scontrol", "scancel", "turn"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file(name), withDestinationPath: script)
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    environment = [
      "PATH": folder.path + ":" + path, "FAKE_SLURM": folder.path,
      "FAKE_SLURM_MAX_ARRAY": "\(largestArray)",
    ]
  }

  package mutating func set(_ name: String, _ value: String?) {
    environment[name] = value
  }

  /// Runs one of the programs.
  @discardableResult
  package func run(_ words: String...) throws -> (status: Int32, text: String) {
    try run(words)
  }

  private func run(
    _ words: [String]
  ) throws -> (status: Int32, text: String) {
    var program = ChildProcess.Program(
      folder.file(words[0]), Array(words.dropFirst()))
    program.environment = ProcessInfo.processInfo.environment.merging(
      environment
    ) { $1 }
    let output = try Subprocess.run(
      program, limits: SupervisedChild.Limits(), keepsErrorsApart: false)
    return (output.status, output.text)
  }

  /// Sets the state of an array's elements.
  package func set(_ job: String, _ places: ClosedRange<Int>, _ state: String)
    throws
  {
    try run("turn", job, "\(places.lowerBound)", "\(places.upperBound)", state)
  }

  /// Runs an element's script to its end, and gives its exit code.
  ///
  /// - Parameter file: once it is there, the job is warned that its time is
  ///   up.
  @discardableResult
  package func perform(
    _ job: String, _ place: Int, warnedBy file: String? = nil
  ) throws -> Int32 {
    try run(["turn", job, "\(place)", "run"] + (file.map { [$0] } ?? []))
      .status
  }

  /// What was written down of calls: `requeued`, `cancelled`.
  package func lines(_ name: String) -> [String] {
    ((try? folder.text(name)) ?? "").split(separator: "\n").map(String.init)
  }
}
