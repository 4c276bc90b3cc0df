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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: folder.file(words[0]))
    process.arguments = Array(words.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(
      environment
    ) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (
      process.terminationStatus, String(decoding: bytes, as: UTF8.self)
    )
  }

  /// Sets the state of an array's elements.
  package func set(_ job: String, _ places: ClosedRange<Int>, _ state: String)
    throws
  {
    try run("turn", job, "\(places.lowerBound)", "\(places.upperBound)", state)
  }

  /// Runs an element's script to its end, and gives its exit code.
  ///
  /// - Parameter warnedAfter: seconds after which its time is up.
  @discardableResult
  package func perform(
    _ job: String, _ place: Int, warnedAfter: Double? = nil
  ) throws -> Int32 {
    let words = ["turn", job, "\(place)", "run"]
    return try warnedAfter.map {
      try run(words[0], words[1], words[2], words[3], "\($0)")
    }?.status ?? run(words[0], words[1], words[2], words[3]).status
  }

  /// What was written down of calls: `requeued`, `cancelled`.
  package func lines(_ name: String) -> [String] {
    ((try? folder.text(name)) ?? "").split(separator: "\n").map(String.init)
  }
}
