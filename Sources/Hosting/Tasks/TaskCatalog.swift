import Diagnostics
import Files
import Foundation
import Records
import Upstreams

/// All tasks that can be found, without loading a library into this process.
///
/// Search order, the first library that has an id wins: `--plugin-path`,
/// `SUPERB_PLUGIN_PATH`, `Plugins/` in the working folder, the shipped ones.
package struct TaskCatalog: Sendable {
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

  package private(set) var entries: [Entry] = []
  package private(set) var broken: [Broken] = []
  /// Tasks that lost their id to one found earlier.
  package private(set) var shadowed: [Entry] = []

  /// Finds and, where stale, builds all tasks.
  package init(searching roots: [String], builder: TaskBuilder) {
    func real(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
    let shipped = builder.installation.pluginFolders.map(real)
    var seen: Set<String> = []
    for root in roots {
      let place = real(root)
      guard seen.insert(place).inserted else { continue }
      // The user has named the others, or installed them.
      let isFound = root == Self.foundRoot && !shipped.contains(place)
      for candidate in Self.candidates(below: root) {
        add(candidate, builder: builder, isFound: isFound)
      }
    }
    entries.sort { $0.description.id < $1.description.id }
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

  /// The task of that id or alias.
  package func entry(named name: String) throws -> Entry {
    if let entry = entries.first(where: { $0.description.names.contains(name) })
    {
      return entry
    }
    if let broken = broken.first(where: { $0.name == name }) {
      throw broken.error
    }
    throw UserError(
      "there is no task '\(name)'",
      fix: Suggestion.fix(
        for: name, among: entries.flatMap { $0.description.names }))
  }

  /// Shipped tasks in whose place those of the working folder stand, which
  /// nobody has named.
  package func replacing(_ installation: Installation) -> [String] {
    let found: [Entry] = entries.filter {
      $0.origin.hasPrefix(Self.foundRoot + "/")
    }
    let names = Set(found.map(\.description.id))
    var replaced: [String] = []
    for entry in shadowed where names.contains(entry.description.id) {
      let folder = (entry.origin as NSString).deletingLastPathComponent
      if installation.pluginFolders.contains(folder) {
        replaced.append(entry.description.id)
      }
    }
    return replaced
  }

  /// What may give tasks.
  private struct Candidate {
    let name: String
    let origin: String
    let configPath: String
    /// Gives the built library, and the digest of what it is made of.
    let library: (TaskBuilder) throws -> (path: String, digest: String)

    init(_ folder: TaskFolder) {
      name = folder.name
      origin = folder.path
      configPath = folder.configPath
      library = { (try $0.library(for: folder), try folder.meaningDigest()) }
    }

    init(library path: String) {
      let stem = (path as NSString).deletingPathExtension
      name = (stem as NSString).lastPathComponent
      origin = path
      configPath = stem + ".yaml"
      library = { _ in
        guard let bytes = FileManager.default.contents(atPath: path) else {
          throw UserError("cannot read the task library", at: path)
        }
        let hash = DigestHasher()
        hash.combine(bytes: bytes)
        return (path, hash.finish().hexadecimal)
      }
    }

    /// - Throws: `UserError` if somebody else could have written it.
    func check(_ trusted: TrustedWriters) throws {
      let objection =
        origin.hasSuffix(".so")
        ? trusted.objection(to: origin).map { (origin, $0) }
        : trusted.objection(toFolder: origin)
      guard let (path, reason) = objection else { return }
      throw UserError(
        "a task that others could have changed is not run unless it is named:"
          + " \(reason)", at: path,
        fix: "name its folder in --plugin-path if you trust it")
    }
  }

  /// What is found below a root, by its file's name, without building it.
  package static func folderNames(below root: String) -> [String] {
    candidates(below: root).map(\.name)
  }

  /// A root is a folder of task folders and libraries, or one of these.
  private static func candidates(below root: String) -> [Candidate] {
    if root.hasSuffix(".so") { return [Candidate(library: root)] }
    if let folder = TaskFolder(path: root) { return [Candidate(folder)] }
    let names = (try? names(inFolder: root)) ?? []
    return names.filter { !$0.hasPrefix(".") }.compactMap { name in
      let path = root + "/" + name
      return name.hasSuffix(".so")
        ? Candidate(library: path)
        : TaskFolder(path: path).map(Candidate.init)
    }
  }

  /// - Parameter isFound: nobody has named it: what others could have written
  ///   is refused.
  private mutating func add(
    _ candidate: Candidate, builder: TaskBuilder, isFound: Bool
  ) {
    let (origin, config) = (candidate.origin, candidate.configPath)
    do {
      if isFound {
        do {
          try candidate.check(builder.trusted)
        } catch {
          builder.announce("\(error)")
          throw error
        }
      }
      let library = try candidate.library(builder)
      let hasConfig = FileManager.default.fileExists(atPath: config)
      let descriptions = try TaskProbe(builder: builder)
        .descriptions(of: library.path)
      for description in descriptions {
        let entry = Entry(
          description: description, library: library.path,
          digest: library.digest, configPath: hasConfig ? config : nil,
          origin: origin)
        if entries.contains(where: { $0.description.id == description.id }) {
          shadowed.append(entry)
        } else {
          entries.append(entry)
        }
      }
    } catch {
      var error = error
      if let refusal = error as? UserError {
        error = UserError(
          refusal.what, at: isFound ? refusal.location ?? origin : origin,
          fix: refusal.fix)
      }
      broken.append(
        Broken(name: candidate.name, origin: origin, error: error))
    }
  }
}
