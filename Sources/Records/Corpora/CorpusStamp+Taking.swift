import Configuration
import Files
import Foundation
import Upstreams

extension CorpusStamp {
  /// What the corpora of an experiment are now.
  ///
  /// - Parameters:
  ///   - items: the ids that the task gives its utterances, sorted.
  ///   - audio: the files that they are in.
  ///   - digests: the SHA-256 of each of so many files.
  /// - Throws: `UserError` if a folder or a file cannot be read.
  package init(
    of experiment: Experiment, items: [String], audio: Set<String>,
    digests: ([String]) throws -> [String: ContentDigest]
  ) throws {
    let taken = time(nil)
    var search = CorpusSearch(
      corpora: experiment.corpora, named: try experiment.namedPlaces(),
      store: experiment.store)
    try search.run()
    // Statuses first: what changes while it is read is found changed later.
    let lists = search.lists.subtracting(audio).sorted()
    var statuses: [String: FileStatus] = [:]
    for path in lists + Array(audio) {
      statuses[path] = FileStatus(ofFile: path)
    }
    let known = try digests(lists + Array(audio))
    let found = (lists + audio.sorted()).compactMap { path -> File? in
      guard let status = statuses[path], let digest = known[path] else {
        return nil
      }
      let (corpus, below) = search.corpus(of: path)
      return File(
        corpus: corpus, path: below, status: status,
        digest: String(digest.hexadecimal.prefix(32)),
        isList: !audio.contains(path))
    }
    let hasher = DigestHasher()
    for item in items { hasher.combine(item) }
    self.init(
      taken: taken, items: hasher.finish().hexadecimal, files: found,
      folders: search.folders)
  }

  /// What tells the names in a folder from others.
  static func digest(ofNames names: [String]) -> String {
    let hasher = DigestHasher()
    for name in names where CorpusSearch.counts(name) { hasher.combine(name) }
    return String(hasher.finish().hexadecimal.prefix(16))
  }
}

/// A walk through an experiment's corpora.
private struct CorpusSearch {
  /// By name, without a slash at their ends.
  private let corpora: [String: String]
  /// Those of them that are a file: what lies beside it belongs to them.
  private let tables: [String: String]
  /// Files and folders that the configuration names.
  private let named: [String]
  private let store: String
  /// Every file that a task may read besides audio.
  private(set) var lists: Set<String> = []
  private(set) var folders: [CorpusStamp.Folder] = []
  private var seen: Set<[UInt64]> = []

  init(corpora: [String: String], named: [String], store: String) {
    self.store = store
    self.corpora = corpora.mapValues(Self.plain)
    tables = self.corpora.filter {
      var status = stat()
      return stat($0.value, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
    self.named = named.map(Self.plain)
  }

  mutating func run() throws {
    for (_, root) in corpora.sorted(by: { $0.key < $1.key }) {
      try visit(root)
    }
    for place in named { try visit(place) }
  }

  /// The corpus that a path lies in and what it is below that.
  func corpus(of path: String) -> (String, String) {
    let roots = corpora.filter {
      path == $0.value || path.hasPrefix($0.value + "/")
    }
    // The nearest, of equals the first by name.
    guard
      let (name, root) = roots.min(by: {
        ($1.value.utf8.count, $0.key) < ($0.value.utf8.count, $1.key)
      })
    else { return besideTable(path) }
    return (name, String(path.dropFirst(root.count + 1)))
  }

  /// A file that a table names, by its path from the table.
  private func besideTable(_ path: String) -> (String, String) {
    for (name, table) in tables.sorted(by: { $0.key < $1.key }) {
      let folder = (table as NSString).deletingLastPathComponent
      if path.hasPrefix(folder + "/") {
        return (name, CorpusStamp.beside + path.dropFirst(folder.count + 1))
      }
    }
    return ("", path)
  }

  /// What the system hides, or others leave lying about, is no list.
  static func counts(_ name: String) -> Bool { !name.hasPrefix(".") }

  private mutating func visit(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFREG {
      if Self.isList(path) { lists.insert(path) }
      return
    }
    guard status.st_mode & S_IFMT == S_IFDIR,
      seen.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted
    else { return }
    let names = try names(inFolder: path)
    if path == store || Self.isOurs(names) { return }
    let (corpus, below) = corpus(of: path)
    folders.append(
      CorpusStamp.Folder(
        corpus: corpus, path: below,
        changed: status.st_mtim.tv_sec &* 1_000_000_000
          &+ status.st_mtim.tv_nsec,
        names: CorpusStamp.digest(ofNames: names)))
    // Audio is known by its name, so that it need not be looked at.
    for name in names
    where Self.counts(name) && !AudioFiles.isNamedAsAudio(name) {
      try visit(path + "/" + name)
    }
  }

  /// Whether a folder holds what runs write, which may lie in a corpus whose
  /// folder is the user's working folder.
  private static func isOurs(_ names: [String]) -> Bool {
    names.contains(Experiment.fileName)
      || names.contains(".lock") && names.contains("status.json")
  }

  /// Nobody reads the archive that a corpus came in.
  private static func isList(_ path: String) -> Bool {
    !["gz", "tgz", "bz2", "xz", "zip", "tar", "7z", "rar", "zst"].contains(
      (path as NSString).pathExtension.lowercased())
  }

  private static func plain(_ path: String) -> String {
    var path = path[...]
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return String(path)
  }
}

extension Experiment {
  /// Files and folders that the task's section names, absolute.
  fileprivate func namedPlaces() throws -> [String] {
    var texts: [String] = []
    func gather(_ value: ConfigValue) {
      switch value.kind {
      case .string(let text) where text.contains("/"): texts.append(text)
      case .list(let items): items.forEach(gather)
      case .map(let map): map.entries.forEach { gather($0.value) }
      default: break
      }
    }
    if let section = try config.value.value(
      at: TaskConfiguration.expertSection)
    {
      gather(section)
    }
    let here = FileManager.default.currentDirectoryPath
    return try Set(texts.map { try PathText.expandingMarked($0) }).sorted()
      .map { $0.hasPrefix("/") ? $0 : here + "/" + $0 }
  }
}
