import Diagnostics
import Files
import Foundation

/// What may give tasks: a folder of sources or a built library. It is known
/// by its name and its text until somebody wants its tasks.
struct TaskCandidate: Sendable {
  let name: String
  /// The folder or library that it was found as.
  let origin: String
  /// Nobody has named it: what others could have written is refused.
  let isFound: Bool
  /// The sources; nil for a library.
  private let folder: TaskFolder?

  init(_ folder: TaskFolder, isFound: Bool) {
    name = folder.name
    origin = folder.path
    self.isFound = isFound
    self.folder = folder
  }

  init(library path: String, isFound: Bool) {
    let stem = (path as NSString).deletingPathExtension
    name = (stem as NSString).lastPathComponent
    origin = path
    self.isFound = isFound
    folder = nil
  }

  /// A root is a folder of task folders and libraries, or one of these.
  static func all(below root: String, isFound: Bool) -> [TaskCandidate] {
    if root.hasSuffix(".so") {
      return [TaskCandidate(library: root, isFound: isFound)]
    }
    if let folder = TaskFolder(path: root) {
      return [TaskCandidate(folder, isFound: isFound)]
    }
    let names = (try? names(inFolder: root)) ?? []
    return names.filter { !$0.hasPrefix(".") }.compactMap { name in
      let path = root + "/" + name
      return name.hasSuffix(".so")
        ? TaskCandidate(library: path, isFound: isFound)
        : TaskFolder(path: path).map { TaskCandidate($0, isFound: isFound) }
    }
  }

  /// Whether its tasks are known only once it has been asked.
  var isLibrary: Bool { folder == nil }

  /// Whether it may have to do with `word`: a library may with anything, a
  /// folder with its own name and what its sources have as a literal. An id
  /// that no source spells out is not found by it.
  func mentions(_ word: String) -> Bool {
    word == name || says("\"\(word)\"")
  }

  /// Whether the text stands in its sources; a library may have any.
  func says(_ text: String) -> Bool {
    guard let folder else { return true }
    let literal = Data(text.utf8)
    return (folder.sources + TaskFolder.headers(in: folder.path)).contains {
      FileManager.default.contents(atPath: $0)?.range(of: literal) != nil
    }
  }

  /// The names that its sources give to tasks, as far as can be seen without
  /// compiling them; its own if there are none.
  var declaredNames: [String] {
    var names: [String] = []
    for file in folder?.sources ?? [] {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8)
      else { continue }
      for line in text.split(separator: "\n")
      where line.contains(/\b(id|aliases)\b\s*[:=]/) {
        let words = line.drop { $0 != "\"" }.split(separator: "\"")
        // Every other piece stands between quotes.
        for (index, word) in words.enumerated()
        where index.isMultiple(of: 2)
          && word.wholeMatch(of: /[a-z0-9_]+/) != nil
        {
          if !names.contains(String(word)) { names.append(String(word)) }
        }
      }
    }
    return names.isEmpty ? [name] : names
  }

  /// The configuration of one of its tasks; nil if there is none.
  func configPath(of id: String) -> String? {
    if let folder { return folder.configPath(of: id) }
    let path = (origin as NSString).deletingPathExtension + ".yaml"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// The built library, and the digest of what it is made of.
  func library(
    _ builder: TaskBuilder
  ) throws -> (path: String, digest: String) {
    if let folder {
      return (try builder.library(for: folder), try folder.meaningDigest())
    }
    guard let bytes = FileManager.default.contents(atPath: origin) else {
      throw UserError("cannot read the task library", at: origin)
    }
    let hash = DigestHasher()
    hash.combine(bytes: bytes)
    return (origin, hash.finish().hexadecimal)
  }

  /// - Throws: `UserError` if somebody else could have written it.
  func check(_ trusted: TrustedWriters) throws {
    let objection =
      isLibrary
      ? trusted.objection(to: origin).map { (origin, $0) }
      : trusted.objection(toFolder: origin)
    guard let (path, reason) = objection else { return }
    throw UserError(
      "a task that others could have changed is not run unless it is named:"
        + " \(reason)", at: path,
      fix: "name its folder in --plugin-path if you trust it")
  }
}
