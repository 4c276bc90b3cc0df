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
    let output = try Subprocess.run(
      [builder.installation.executable, Self.command, library])
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
