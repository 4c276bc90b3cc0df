import TaskKit

/// A corpus whose folders are its classes: <root>/<class>/*.wav.
final class ClassFolders {
  /// The folders' names, in their order. An item's tag is an index here.
  let classes: [String]

  private var splits: [String: [Item]] = ["train": [], "dev": [], "test": []]

  init(_ root: Folder) throws {
    var classes: [String] = []
    for folder in try root.folders() {
      let files = try folder.files(endingIn: ".wav")
      // A folder without wav files is no class.
      guard !files.isEmpty else { continue }
      guard files.count >= 3 else {
        throw TaskError.corruptData(
          "\(folder.path): \(files.count) wav files. A class needs three.")
      }
      for (index, file) in files.enumerated() {
        splits[Self.split(of: index), default: []].append(
          Item(
            id: folder.name + "/" + file, tag: classes.count,
            audio: AudioSource(path: folder[file])))
      }
      classes.append(folder.name)
    }
    guard classes.count > 1 else {
      throw TaskError.corruptData(
        "\(root.path): fewer than two folders of wav files. Point "
          + "corpora.sound_classes to a folder whose folders are classes.")
    }
    self.classes = classes
  }

  func items(split: String) throws -> [Item] {
    guard let items = splits[split] else {
      throw TaskError.unknownSplit(split, known: ["train", "dev", "test"])
    }
    return items
  }

  /// Every tenth clip of a class is dev, the next one test.
  private static func split(of index: Int) -> String {
    switch index % 10 {
    case 0: "dev"
    case 1: "test"
    default: "train"
    }
  }
}
