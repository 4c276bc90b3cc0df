import Diagnostics
import Files
import Foundation

/// What the corpora of an experiment were when it read them: the audio that
/// it used and every list beside it, by content, and as the disk described
/// them. It lies beside the result that rests on it, so that the next run can
/// tell whether that still holds without reading the corpora again.
package struct CorpusStamp: Equatable, Sendable {
  package static let fileName = "corpus.stamp"

  /// A file that is part of it.
  struct File: Equatable, Sendable {
    /// Its corpus; empty for a file outside of all, whose path is absolute.
    var corpus: String
    var path: String
    var status: FileStatus
    var digest: String
    /// Whether the task may have read it itself: no audio.
    var isList: Bool

    var place: Place { Place(corpus: corpus, path: path) }
  }

  /// A file or folder by its corpus and what it is below that.
  struct Place: Hashable {
    var corpus: String
    var path: String
  }

  /// A folder of a corpus, and what names it had in it.
  struct Folder: Equatable, Sendable {
    var corpus: String
    var path: String
    /// Nanoseconds of its last change.
    var changed: Int
    var names: String

    var place: Place { Place(corpus: corpus, path: path) }
  }

  /// When it was taken, in seconds. What is hardly older may have changed
  /// since without a change of its times.
  var taken: Int
  /// SHA-256 over the ids that the task gave its utterances.
  package var items: String
  var files: [File]
  var folders: [Folder]

  /// SHA-256 over the lists, wherever they lie.
  package var listsDigest: String {
    let hasher = DigestHasher()
    hasher.combine("superb.lists/1")
    let parts = files.filter(\.isList).map { file in
      let name =
        file.corpus.isEmpty
        ? (file.path as NSString).lastPathComponent : file.path
      return [file.corpus, name, file.digest].joined(separator: "\n")
    }
    for part in parts.sorted() { hasher.combine(part) }
    return hasher.finish().hexadecimal
  }

  /// Where a file or a folder of it lies today; nil if its corpus has none.
  static func place(
    _ corpus: String, _ path: String, in corpora: [String: String]
  ) -> String? {
    if corpus.isEmpty { return path }
    return corpora[corpus].map { root in
      if path.hasPrefix(beside) {
        let folder = (root as NSString).deletingLastPathComponent
        return folder + "/" + path.dropFirst(beside.count)
      }
      return path.isEmpty ? root : root + "/" + path
    }
  }

  /// What a path begins with whose corpus is a file that it lies beside.
  static let beside = "../"
}

/// What the system says of a file without reading it.
struct FileStatus: Equatable, Sendable {
  var size: Int
  /// Nanoseconds: of the contents' last change, and of anything's.
  var modified: Int
  var changed: Int
  var inode: Int

  init(size: Int, modified: Int, changed: Int, inode: Int) {
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
  }

  /// Nil if there is no such file.
  init?(ofFile path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    func nanoseconds(_ time: timespec) -> Int {
      time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
    }
    size = Int(status.st_size)
    modified = nanoseconds(status.st_mtim)
    changed = nanoseconds(status.st_ctim)
    inode = Int(truncatingIfNeeded: status.st_ino)
  }
}

extension CorpusStamp {
  /// One line a file or folder; the path, which may hold spaces, last.
  package func write(toFolder folder: String) throws {
    var text = "superb.corpus/1 \(taken) \(items)\n"
    for file in files {
      let (kind, status) = (file.isList ? "list" : "audio", file.status)
      text +=
        "\(kind) \(status.size) \(status.modified) \(status.changed)"
        + " \(status.inode) \(file.digest) \(Self.escaped(file.corpus))"
        + " \(Self.escaped(file.path))\n"
    }
    for one in folders {
      text +=
        "folder \(one.changed) \(one.names) \(Self.escaped(one.corpus))"
        + " \(Self.escaped(one.path))\n"
    }
    try AtomicFile.write(Data(text.utf8), to: folder + "/" + Self.fileName)
  }

  /// The stamp beside a result; nil if there is none that can be read.
  package static func read(fromFolder folder: String) -> CorpusStamp? {
    guard
      let bytes = FileManager.default.contents(
        atPath: folder + "/" + fileName)
    else { return nil }
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map {
      $0.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    }
    guard let head = lines.first, head.count == 3,
      head[0] == "superb.corpus/1", let taken = Int(head[1])
    else { return nil }
    var stamp = CorpusStamp(
      taken: taken, items: head[2], files: [], folders: [])
    for words in lines.dropFirst() {
      let numbers = words.dropFirst().prefix(4).map { Int($0) }
      switch (words.first, words.count) {
      case ("list", 8), ("audio", 8):
        guard let size = numbers[0], let modified = numbers[1],
          let changed = numbers[2], let inode = numbers[3]
        else { return nil }
        stamp.files.append(
          File(
            corpus: unescaped(words[6]), path: unescaped(words[7]),
            status: FileStatus(
              size: size, modified: modified, changed: changed, inode: inode),
            digest: words[5], isList: words[0] == "list"))
      case ("folder", 5):
        guard let changed = numbers[0] else { return nil }
        stamp.folders.append(
          Folder(
            corpus: unescaped(words[3]), path: unescaped(words[4]),
            changed: changed, names: words[2]))
      default: return nil
      }
    }
    return stamp
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "%", with: "%25")
      .replacingOccurrences(of: " ", with: "%20")
      .replacingOccurrences(of: "\n", with: "%0A")
  }

  private static func unescaped(_ text: String) -> String {
    text.contains("%") ? text.removingPercentEncoding ?? text : text
  }
}
