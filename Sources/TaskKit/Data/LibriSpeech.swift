/// LibriSpeech: `<split>/<speaker>/<chapter>/<speaker>-<chapter>-<n>.flac`,
/// and beside them `<speaker>-<chapter>.trans.txt`, an id and its text a line.
public final class LibriSpeech {
  /// The folder that holds the splits.
  public let root: Folder
  private var chapters: [String: [Substring: Substring]] = [:]

  /// `root` is the folder that holds the splits.
  public init(root: Folder) {
    self.root = root
  }

  /// Paths of a split's recordings below the root. Folders and the files in
  /// them come in the order of their names' bytes.
  public func recordings(split: String) throws -> [String] {
    let folder = try Folder(
      root[split],
      fix: "The root folder of LibriSpeech holds train-clean-100, "
        + "dev-clean, test-clean.")
    let paths = try Self.flacs(in: folder, below: split)
    guard !paths.isEmpty else {
      throw TaskError.notFound(
        "\(folder.path): no flac files in it or its folders")
    }
    return paths
  }

  private static func flacs(
    in folder: Folder, below path: String
  ) throws -> [String] {
    let names = try folder.files(endingIn: ".flac")
    // Chapters hold recordings and no folders; asking would cost a look at
    // every one of them.
    guard names.isEmpty else { return names.map { path + "/" + $0 } }
    return try folder.folders().flatMap {
      try flacs(in: $0, below: path + "/" + $0.name)
    }
  }

  /// The id of a recording: its file's name without the extension.
  public static func id(of path: String) -> String { Folder.stem(of: path) }

  /// A recording, by its path below the root; its tag is 0. What is said in it
  /// becomes the attribute "text".
  public func item(_ path: String, text: String? = nil) -> Item {
    Item(
      id: Self.id(of: path), tag: 0, audio: AudioSource(path: root[path]),
      attributes: text.map { ["text": $0] } ?? [:])
  }

  /// The file that has the texts of a recording's chapter.
  public func transcriptFile(of path: String) -> String {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    return root[
      folder
        + Self.id(of: path).split(separator: "-").prefix(2)
        .joined(separator: "-") + ".trans.txt"]
  }

  /// What is said in a recording, as its chapter's file has it.
  public func transcript(of path: String) throws -> String {
    let id = Self.id(of: path)
    let chapter = transcriptFile(of: path)
    let texts = try chapters[chapter] ?? read(chapter)
    guard let text = texts[id[...]] else {
      throw TaskError.corruptData("\(chapter): there is no line for '\(id)'")
    }
    return String(text)
  }

  private func read(_ chapter: String) throws -> [Substring: Substring] {
    let file = try TextFile(
      chapter, fix: "LibriSpeech has one in every chapter's folder.")
    var texts: [Substring: Substring] = [:]
    for line in file.lines where !line.text.isEmpty {
      guard let space = line.text.utf8.firstIndex(of: UInt8(ascii: " "))
      else {
        throw file.error(line: line.number, "an id without a text")
      }
      texts[line.text[..<space]] =
        line.text[line.text.utf8.index(after: space)...]
    }
    chapters[chapter] = texts
    return texts
  }
}
