import Diagnostics
import Files
import Foundation
import Records
import TaskABI
import Upstreams

/// Asks a library for its descriptions, in a process of its own, so that a
/// library that crashes when it is loaded harms nobody. The answer is kept
/// beside the builds: listing tasks loads nothing.
package struct TaskProbe {
  let builder: TaskBuilder

  /// The hidden command that the child process runs.
  package static let command = "describe-library"

  /// What the child process finds out; a line of JSON among what the library
  /// may print.
  package enum Answer: Codable {
    case tasks([TaskDescription])
    case refused(UserError)
    case broken(ContractBreach)
  }

  /// Loads `libraries` into this process and prints what they say of their
  /// tasks. All are loaded together, as they would be by a host that trains
  /// several tasks at once.
  package static func describe(_ libraries: [String]) throws {
    let answer: Answer
    do {
      let loaded = try libraries.map { try TaskLibrary(path: $0) }
      answer = .tasks(try loaded.flatMap { try $0.descriptions() })
    } catch let error as UserError {
      answer = .refused(error)
    } catch let breach as ContractBreach {
      answer = .broken(breach)
    }
    // A line of its own, whatever the library has printed.
    print("")
    print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
  }

  /// The answer in what ``describe(_:)`` and the library have printed.
  package static func answer(in output: String) -> Answer? {
    output.split(separator: "\n").reversed().lazy.compactMap {
      try? JSONDecoder().decode(Answer.self, from: Data($0.utf8))
    }.first
  }

  /// - Throws: ``UserError`` for a library that does not load here,
  ///   ``ContractBreach`` for one that crashes or breaks the contract.
  func descriptions(of library: String) throws -> [TaskDescription] {
    let answer = answerPath(for: library)
    if let bytes = FileManager.default.contents(atPath: answer),
      let known = try? JSONDecoder().decode([TaskDescription].self, from: bytes)
    {
      return known
    }
    if let reason = Self.recentRefusal(answer) {
      throw TaskLibrary.breach(library, reason)
    }
    let known = try ask(library, refusals: answer)
    // What cannot be kept is asked for again.
    try? makeFolder(builder.cache.tasks)
    try? AtomicFile.write(
      try JSONEncoder().encode(known), to: answer, flushed: false)
    return known
  }

  /// - Parameter place: beside which a refusal is kept.
  private func ask(
    _ library: String, refusals place: String
  ) throws -> [TaskDescription] {
    let output = try Subprocess.run(
      .itself(builder.installation.executable, [Self.command, library]),
      limits: Self.limits, keepsErrorsApart: false)
    if let reason = Self.excess(output.outcome) {
      // Whoever lists tasks is not to wait for it each time.
      try? makeFolder(builder.cache.tasks)
      try? AtomicFile.write(Data(reason.utf8), to: place + ".refused")
      throw TaskLibrary.breach(library, reason)
    }
    let end: String
    switch (output.status, Self.answer(in: output.text)) {
    case (ExitCode.done, .tasks(let tasks)): return tasks
    case (ExitCode.done, .refused(let error)): throw error
    case (ExitCode.done, .broken(let breach)): throw breach
    case (129..., _): end = "it crashes on load (signal \(output.status - 128))"
    default:
      let last = output.text.split(separator: "\n").last.map { ": \($0)" }
      end = "it ends the process with exit code \(output.status)\(last ?? "")"
    }
    throw TaskLibrary.breach(library, end)
  }

  /// What loading a library may take. That has nothing to compute.
  private static let limits = SupervisedChild.Limits(
    time: .seconds(10), memory: 4 << 30)

  private static func excess(_ outcome: SupervisedChild.Outcome) -> String? {
    switch outcome {
    case .ended: nil
    case .silent, .tookTooLong: "it does not come back within 10 s"
    case .grewTooLarge(let bytes):
      "it takes more than \(bytes >> 30) GB of memory"
    }
  }

  /// Why the library was refused, if that is less than an hour ago.
  private static func recentRefusal(_ answer: String) -> String? {
    let path = answer + ".refused"
    guard let written = fileStatus(path)?.st_mtim.tv_sec,
      abs(time(nil) - written) < 3600
    else { return nil }
    return try? String(contentsOfFile: path, encoding: .utf8)
  }

  /// Named after the library's path, size and time of change, and after what
  /// this program asks of a library.
  private func answerPath(for library: String) -> String {
    let key = ContentDigest(
      of: """
        \(SUPERB_ABI_MAJOR).\(SUPERB_ABI_MINOR) \(KitStamp.own.kit) \
        \(KitStamp.own.compiler) \(TaskBuilder.fingerprint(of: library))
        """)
    return "\(builder.cache.tasks)/\(key.hexadecimal.prefix(16)).json"
  }
}
