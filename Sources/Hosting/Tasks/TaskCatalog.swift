import Diagnostics
import Files
import Foundation
import Records
import Synchronization
import Upstreams

/// All tasks that can be found, without loading a library into this process.
///
/// Search order, the first library that has an id wins: `--plugin-path`,
/// `SUPERB_PLUGIN_PATH`, `Plugins/` in the working folder, the shipped ones.
///
/// A folder is compiled, if it is stale, when a task of it is asked for, and
/// not before: who names one task waits for one.
package final class TaskCatalog: Sendable {
  /// A task that can be run.
  package struct Entry: Sendable {
    package var description: TaskDescription
    /// The built library.
    package var library: String
    /// SHA-256 of the sources without their comments, or of the library if
    /// it came built.
    package var digest: String
    /// The task's default configuration, if it comes with one.
    package var configPath: String?
    /// The folder or library that it was found as.
    package var origin: String

    /// The same task under a name of its own, which its results go by.
    package func named(_ name: String) -> Entry {
      var entry = self
      entry.description.expert = description.expert ?? description.id
      entry.description.id = name
      entry.description.aliases = []
      entry.description.scalarPrefix = name
      return entry
    }
  }

  /// A folder or library that gives no task, and why.
  package struct Broken: Sendable {
    package var name: String
    package var origin: String
    /// ``ContractBreach`` if the library loads and is at fault, ``UserError``
    /// with its place if it does not load.
    package var error: any Error
    /// Why, without the place.
    package var reason: String {
      guard let error = error as? UserError else { return "\(error)" }
      return UserError(error.what, fix: error.fix).description
    }
  }

  /// What a candidate has turned out to give.
  struct Finding {
    var entries: [Entry] = []
    var broken: Broken?
  }

  /// In the order of the search.
  let candidates: [TaskCandidate]
  /// Whether each comes with the program.
  let shipped: [Bool]
  private let builder: TaskBuilder
  /// By candidate, once it has been looked at.
  private let findings = Mutex<[Int: Finding]>([:])

  /// Finds all that may give tasks; builds nothing.
  package init(searching roots: [String], builder: TaskBuilder) {
    func real(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
    let folders = builder.installation.pluginFolders.map(real)
    var seen: Set<String> = []
    var candidates: [TaskCandidate] = []
    var shipped: [Bool] = []
    for root in roots {
      let place = real(root)
      guard seen.insert(place).inserted else { continue }
      let isShipped = folders.contains(place)
      // The user has named the others, or installed them.
      let isFound = root == Self.foundRoot && !isShipped
      let some = TaskCandidate.all(below: root, isFound: isFound)
      candidates += some
      shipped += some.map { _ in isShipped }
    }
    self.candidates = candidates
    self.shipped = shipped
    self.builder = builder
  }

  /// Where tasks are looked for.
  package static func roots(
    pluginPath: String?, installation: Installation,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String] {
    var named: [String] = []
    for list in [pluginPath, environment["SUPERB_PLUGIN_PATH"]] {
      for path in (list ?? "").split(separator: ":") {
        // Named, it is no longer what is only found.
        named.append(path == foundRoot ? "./\(path)" : String(path))
      }
    }
    return named + [foundRoot] + installation.pluginFolders
  }

  /// Looked into without being named, and before the shipped tasks.
  package static let foundRoot = "Plugins"
}

extension TaskCatalog {
  /// What the candidate gives; built and asked the first time.
  func look(_ index: Int) -> Finding {
    findings.withLock { findings in
      if let known = findings[index] { return known }
      let finding = finding(of: candidates[index])
      findings[index] = finding
      return finding
    }
  }

  /// What is found below a root, by its file's name, without building it.
  package static func folderNames(below root: String) -> [String] {
    TaskCandidate.all(below: root, isFound: true).map(\.name)
  }

  private func finding(of candidate: TaskCandidate) -> Finding {
    let origin = candidate.origin
    do {
      if candidate.isFound {
        do {
          try candidate.check(builder.trusted)
        } catch {
          builder.announce("\(error)")
          throw error
        }
      }
      let library = try candidate.library(builder)
      return Finding(
        entries: try TaskProbe(builder: builder)
          .descriptions(of: library.path).map {
            Entry(
              description: $0, library: library.path, digest: library.digest,
              configPath: candidate.configPath(of: $0.id), origin: origin)
          })
    } catch {
      var error = error
      if let refusal = error as? UserError {
        error = UserError(
          refusal.what,
          at: candidate.isFound ? refusal.location ?? origin : origin,
          fix: refusal.fix)
      }
      return Finding(
        broken: Broken(name: candidate.name, origin: origin, error: error))
    }
  }
}
