import CProcess
import Foundation
import Synchronization

/// Who has started whom, as the kernel knows it: what a child starts is its
/// family, whatever session or group it moves to.
///
/// Every leader of a session that ``ChildProcess`` starts adopts those of its
/// family whose parents have ended; when it ends itself, they come to this
/// process if that has called ``adoptOrphans()``.
package enum ProcessFamily {
  private static let isAdopting = Atomic<Bool>(false)

  /// Makes this process the parent of all whose own parents have ended, so
  /// that it can end what its children leave behind. For programs; not for
  /// one that is a child of superb's, whose parent does so.
  package static func adoptOrphans() {
    guard getenv(Lifeline.variable) == nil, superb_adopt_orphans() == 0 else {
      return
    }
    isAdopting.store(true, ordering: .relaxed)
  }

  /// All that `process` has started, and they in turn, and that still runs;
  /// without itself.
  static func descendants(of process: pid_t) -> [pid_t] {
    var found: [pid_t] = []
    var seen: Set<pid_t> = [process]
    var waiting = [process]
    while let parent = waiting.popLast() {
      for child in children(of: parent) where seen.insert(child).inserted {
        found.append(child)
        waiting.append(child)
      }
    }
    return found
  }

  /// Those that have come to this process from a child of it that has ended.
  ///
  /// - Parameter own: the children that it has itself.
  static func orphans(besides own: Set<pid_t>) -> [pid_t] {
    guard isAdopting.load(ordering: .relaxed) else { return [] }
    return children(of: getpid()).filter { !own.contains($0) && isOurs($0) }
  }

  /// Ends an orphan and waits for it.
  static func end(orphan process: pid_t) {
    kill(process, SIGKILL)
    while waitpid(process, nil, 0) < 0, errno == EINTR {}
  }

  /// Whether it descends from a child of this program; what the user has
  /// started besides does not.
  private static func isOurs(_ process: pid_t) -> Bool {
    let mark = Array("\(Lifeline.variable)=\(getpid())".utf8)
    let environment =
      FileManager.default.contents(atPath: "/proc/\(process)/environ")
    if let environment, !environment.isEmpty {
      return environment.split(separator: 0).contains { $0.elementsEqual(mark) }
    }
    // Who has ended and was nobody's child of ours by name has to be waited
    // for by somebody.
    let status =
      FileManager.default.contents(atPath: "/proc/\(process)/stat") ?? Data()
    return String(decoding: status, as: UTF8.self).contains(") Z ")
  }

  private static func children(of process: pid_t) -> [pid_t] {
    let threads = "/proc/\(process)/task"
    return ((try? names(inFolder: threads)) ?? []).flatMap { thread in
      let list =
        FileManager.default.contents(atPath: "\(threads)/\(thread)/children")
      return String(decoding: list ?? Data(), as: UTF8.self)
        .split(separator: " ").compactMap { pid_t($0) }
    }
  }
}
