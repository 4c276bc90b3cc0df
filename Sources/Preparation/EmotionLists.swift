import Diagnostics
import Files
import Foundation

/// IEMOCAP's lists as s3prl keeps them: for each session that is tested,
/// `meta_data/Session<k>/test_meta_data.json` and, of the other sessions,
/// `train_meta_data.json`.
///
/// Utterances are in the order of the names of their dialogues' files. s3prl
/// ships lists in the order of one disk, and its division of training into
/// train and dev depends on that order.
package struct EmotionLists {
  private let root: String

  private struct List: Encodable {
    var labels = ["neu": 0, "hap": 1, "ang": 2, "sad": 3]
    var meta_data: [Entry]
  }

  private struct Entry: Encodable {
    var path: String
    var label: String
    var speaker: String
  }

  /// - Parameter root: of IEMOCAP, which holds Session1 … Session5.
  package init(of root: String) { self.root = root }

  /// Writes all lists below `folder`, the corpus's own root by default.
  ///
  /// - Returns: how many utterances each session has.
  package func write(to folder: String? = nil) throws -> [Int] {
    let sessions = try (1...5).map(entries)
    let folder = (folder ?? root) + "/meta_data"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    for (index, test) in sessions.enumerated() {
      let place = "\(folder)/Session\(index + 1)"
      try makeFolder(place)
      let train = sessions.enumerated().filter { $0.offset != index }
        .flatMap(\.element)
      for (name, list) in [("test", test), ("train", train)] {
        try AtomicFile.write(
          encoder.encode(List(meta_data: list)),
          to: "\(place)/\(name)_meta_data.json")
      }
    }
    return sessions.map(\.count)
  }

  private func entries(_ session: Int) throws -> [Entry] {
    let folder = "Session\(session)/dialog/EmoEvaluation"
    guard access(root + "/" + folder, F_OK) == 0 else {
      throw UserError(
        "there is no folder \(folder)", at: root,
        fix: "name the folder that holds Session1 … Session5")
    }
    var entries: [Entry] = []
    for name in try names(inFolder: root + "/" + folder)
    where name.hasSuffix(".txt") && !name.hasPrefix(".") {
      let path = "\(root)/\(folder)/\(name)"
      guard let bytes = FileManager.default.contents(atPath: path) else {
        throw UserError("cannot be read", at: path)
      }
      let text = String(decoding: bytes, as: UTF8.self)
      for (number, line) in text.split(
        separator: "\n", omittingEmptySubsequences: false
      ).enumerated() where line.hasPrefix("[") {
        // [start - end] <tab> utterance <tab> emotion <tab> [ratings]
        let fields = line.split(separator: "\t").map(String.init)
        guard fields.count >= 3, let dialog = fields[1].lastIndex(of: "_")
        else {
          throw UserError(
            "the line has no utterance and emotion", at: "\(path):\(number + 1)"
          )
        }
        let label = fields[2] == "exc" ? "hap" : fields[2]
        let wave =
          "Session\(session)/sentences/wav/\(fields[1][..<dialog])"
          + "/\(fields[1]).wav"
        guard ["neu", "hap", "ang", "sad"].contains(label),
          access(root + "/" + wave, F_OK) == 0
        else { continue }
        entries.append(
          Entry(
            path: wave, label: label,
            speaker: String(fields[1].prefix { $0 != "_" })))
      }
    }
    guard !entries.isEmpty else {
      throw UserError(
        "no utterance of session \(session) has an emotion of ours and a"
          + " recording", at: root + "/" + folder)
    }
    return entries
  }
}
