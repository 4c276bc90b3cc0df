import Diagnostics
import Files
import Foundation
import Upstreams

/// Asks a library for its descriptions, in a process of its own, so that a
/// library that crashes when it is loaded harms nobody. The answer is kept
/// beside the builds: listing tasks loads nothing.
struct TaskProbe {
  let builder: TaskBuilder

  /// The hidden command that the child process runs.
  static let command = "describe-library"

  func descriptions(of library: String) throws -> [TaskDescription] {
    let answer = answerPath(for: library)
    if let bytes = FileManager.default.contents(atPath: answer),
      let known = try? JSONDecoder().decode([TaskDescription].self, from: bytes)
    {
      return known
    }
    if let reason = Self.recentRefusal(answer) {
      throw UserError(reason, at: library)
    }
    let output = try Subprocess.run(
      .itself(builder.installation.executable, [Self.command, library]),
      limits: Self.limits, keepsErrorsApart: false)
    if let reason = Self.excess(output.outcome) {
      // Whoever lists tasks is not to wait for it each time.
      try makeFolder(builder.cache.tasks)
      try AtomicFile.write(Data(reason.utf8), to: answer + ".refused")
      throw UserError(reason, at: library)
    }
    guard output.status == 0 else {
      throw UserError(
        output.status > 128
          ? "the task library crashes on load (signal \(output.status - 128))"
          : output.text.trimmingCharacters(in: .whitespacesAndNewlines),
        at: library)
    }
    guard let start = output.text.firstIndex(of: "["),
      let known = try? JSONDecoder().decode(
        [TaskDescription].self, from: Data(output.text[start...].utf8))
    else {
      throw UserError("the task library's answer is unreadable", at: library)
    }
    try FileManager.default.createDirectory(
      atPath: builder.cache.tasks, withIntermediateDirectories: true)
    try Data(JSONEncoder().encode(known)).write(
      to: URL(fileURLWithPath: answer), options: .atomic)
    return known
  }

  /// What loading a library may take. That has nothing to compute.
  private static let limits = SupervisedChild.Limits(
    time: .seconds(10), memory: 4 << 30)

  private static func excess(_ outcome: SupervisedChild.Outcome) -> String? {
    switch outcome {
    case .ended: nil
    case .silent, .tookTooLong:
      "the task library does not come back from loading within 10 s"
    case .grewTooLarge(let bytes):
      "loading the task library takes more than \(bytes >> 30) GB of memory"
    }
  }

  /// Why the library was refused, if that is less than an hour ago.
  private static func recentRefusal(_ answer: String) -> String? {
    let path = answer + ".refused"
    var status = stat()
    guard stat(path, &status) == 0,
      abs(time(nil) - status.st_mtim.tv_sec) < 3600
    else { return nil }
    return try? String(contentsOfFile: path, encoding: .utf8)
  }

  /// Named after the library's path, size and time of change.
  private func answerPath(for library: String) -> String {
    var status = stat()
    stat(library, &status)
    let hash = DigestHasher()
    hash.combine(
      """
      \(library) \(status.st_size) \(status.st_mtim.tv_sec) \
      \(status.st_mtim.tv_nsec)
      """)
    return "\(builder.cache.tasks)/\(hash.finish().hexadecimal.prefix(16)).json"
  }
}
