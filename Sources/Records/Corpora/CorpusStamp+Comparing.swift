import Files
import Foundation

extension CorpusStamp {
  /// What has become of the corpora since the stamp was taken.
  package enum Verdict: Equatable, Sendable {
    /// They are what they were.
    case same
    /// So they are, by content; the disk describes them otherwise: the stamp
    /// as it would be taken now.
    case moved(CorpusStamp)
    /// There are other names in some folder, or a list is gone: the task must
    /// be asked whether that is anything to it.
    case otherNames
    /// These files have other contents, or are audio that is gone.
    case changed([String])
  }

  /// Compares what the disk says of the files, and reads those of which it
  /// says something else.
  ///
  /// - Parameters:
  ///   - corpora: where they lie today.
  ///   - readsAll: whether every file is to be read, whatever the disk says.
  ///   - digest: the SHA-256 of a file.
  package func verdict(
    in corpora: [String: String], readsAll: Bool,
    digest: (String) throws -> ContentDigest
  ) -> Verdict {
    var now = self
    now.taken = time(nil)
    var changed: [String] = []
    var lacksList = false
    for index in files.indices {
      let file = files[index]
      guard let path = Self.place(file.corpus, file.path, in: corpora),
        let status = FileStatus(ofFile: path)
      else {
        if !file.isList { changed.append(file.path) }
        lacksList = lacksList || file.isList
        continue
      }
      let isOld = isOlder(max(status.modified, status.changed))
      if status == file.status, isOld, !readsAll { continue }
      now.files[index].status = status
      let today = (try? digest(path))?.hexadecimal ?? ""
      if !today.hasPrefix(file.digest) { changed.append(file.path) }
    }
    if !changed.isEmpty { return .changed(changed) }
    if lacksList { return .otherNames }
    for index in folders.indices {
      let folder = folders[index]
      guard let path = Self.place(folder.corpus, folder.path, in: corpora),
        let status = FileStatus(ofFile: path)
      else { return .otherNames }
      if status.modified == folder.changed, isOlder(status.modified) {
        continue
      }
      now.folders[index].changed = status.modified
      let names = (try? names(inFolder: path)) ?? []
      if Self.digest(ofNames: names) != folder.names { return .otherNames }
    }
    var asBefore = now
    asBefore.taken = taken
    let wasCertain = files.allSatisfy {
      isOlder(max($0.status.modified, $0.status.changed))
    }
    return asBefore == self && wasCertain ? .same : .moved(now)
  }

  /// The lists of folders that both stamps know which only one of them has,
  /// sorted: the task may have read them, and gives its utterances the same
  /// ids all the same. What only explains a corpus is not among them.
  package func otherLists(than earlier: CorpusStamp) -> [String] {
    let places = Set(folders.map(\.place))
      .intersection(earlier.folders.map(\.place))
    func lists(_ stamp: CorpusStamp) -> Set<Place> {
      Set(stamp.files.filter(\.isList).map(\.place))
    }
    return lists(self).symmetricDifference(lists(earlier)).filter { list in
      let above = (list.path as NSString).deletingLastPathComponent
      let isKnown =
        list.corpus.isEmpty
        || places.contains(Place(corpus: list.corpus, path: above))
      return isKnown && !Self.isExplanation(list.path)
    }.map(\.path).sorted()
  }

  private static func isExplanation(_ path: String) -> Bool {
    let name = (path as NSString).lastPathComponent.lowercased()
    return ["readme", "license", "licence", "copying", "changes", "changelog"]
      .contains { name.hasPrefix($0) }
      || ["md", "pdf", "html", "py", "sh"].contains(
        (name as NSString).pathExtension)
  }

  /// Whether a change at this time, in nanoseconds, would have been seen.
  private func isOlder(_ time: Int) -> Bool {
    time / 1_000_000_000 < taken - 1
  }
}

extension CorpusStamp.Verdict {
  /// Whether the result stands, as far as can be told without the task.
  package var mayStand: Bool {
    if case .changed = self { false } else { true }
  }

  /// For people: which files have changed.
  package static func names(_ files: [String]) -> String {
    let shown = files.prefix(3).joined(separator: ", ")
    return files.count > 3 ? shown + " and \(files.count - 3) more" : shown
  }
}
