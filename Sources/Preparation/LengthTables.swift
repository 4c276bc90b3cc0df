import Diagnostics
import Files
import Foundation
import Speech
import Synchronization

/// The tables that s3prl keeps of LibriSpeech, `<split>.csv`: a row for each
/// recording, longest first, of equally long ones in the order of their paths.
///
///     ,file_path,length,label
///     0,dev-clean/84/121123/84-121123-0001.flac,261360,
///
/// Lengths are samples of the file, at its own rate.
package struct LengthTables {
  private let root: String

  /// - Parameter root: of LibriSpeech, which holds its splits' folders.
  package init(of root: String) { self.root = root }

  /// The splits that are there.
  package func splits() throws -> [String] {
    let known = [
      "train-clean-100", "train-clean-360", "train-other-500", "dev-clean",
      "dev-other", "test-clean", "test-other",
    ]
    let found = known.filter { access(root + "/" + $0, F_OK) == 0 }
    guard !found.isEmpty else {
      throw UserError(
        "there is no split of LibriSpeech here", at: root,
        fix: "name the folder that holds train-clean-100, dev-clean, …")
    }
    return found
  }

  /// Writes the table of a split into `folder`.
  ///
  /// - Returns: how many recordings it has.
  package func write(
    _ split: String, to folder: String, progress: PreparationProgress
  ) throws -> Int {
    let paths = try Self.files(below: root + "/" + split, endingIn: ".flac")
      .map { split + "/" + $0 }
    guard !paths.isEmpty else {
      throw UserError("there is no .flac file below it", at: root + "/" + split)
    }
    let lengths = Mutex([Int64](repeating: 0, count: paths.count))
    let root = root
    try PreparedWork.each(paths.count, progress) { index in
      let samples = try AudioFile.info(root + "/" + paths[index]).samples
      lengths.withLock { $0[index] = samples }
    }
    let rows = zip(paths, lengths.withLock { $0 }).sorted {
      ($1.1, $0.0) < ($0.1, $1.0)
    }
    var text = ",file_path,length,label\n"
    for (index, row) in rows.enumerated() {
      text += "\(index),\(row.0),\(row.1),\n"
    }
    try makeFolder(folder)
    try AtomicFile.write(Data(text.utf8), to: "\(folder)/\(split).csv")
    return rows.count
  }

  /// Paths below a folder, in the order of their bytes.
  static func files(
    below folder: String, endingIn suffix: String
  ) throws -> [String] {
    var found: [String] = []
    for name in try names(inFolder: folder) where !name.hasPrefix(".") {
      let path = folder + "/" + name
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      if isFolder.boolValue {
        found += try files(below: path, endingIn: suffix).map {
          name + "/" + $0
        }
      } else if name.hasSuffix(suffix) {
        found.append(name)
      }
    }
    return found
  }
}
