import Foundation
import TaskKit

/// Which utterances the sessions of IEMOCAP have, and their emotions.
///
/// s3prl ships lists that were made from the corpus once, in the order of one
/// disk's folders, and its train and dev sets depend on that order. They are
/// used where they are; elsewhere the lists are made from the corpus, in the
/// order of names.
struct IEMOCAPLists {
  let root: Folder
  /// A folder of s3prl's lists, which must then be there.
  let metaData: String?

  /// One of s3prl's lists.
  private struct List: Decodable {
    struct Entry: Decodable {
      let path: String
      let label: String
    }
    let labels: [String: Int]
    let entries: [Entry]

    enum CodingKeys: String, CodingKey {
      case labels
      case entries = "meta_data"
    }
  }

  /// The test set of the fold that is named after `session`.
  func session(_ session: Int) throws -> [Item] {
    if let list = try list(session, "test") { return list }
    return try evaluations(session)
  }

  /// What is left for training: the other sessions, one after another.
  func training(withoutSession session: Int) throws -> [Item] {
    if let list = try list(session, "train") { return list }
    return try (1...5).filter { $0 != session }.flatMap(evaluations)
  }

  private func list(_ session: Int, _ part: String) throws -> [Item]? {
    let folder = metaData ?? root["meta_data"]
    let path = "\(folder)/Session\(session)/\(part)_meta_data.json"
    if metaData == nil, !FileManager.default.fileExists(atPath: path) {
      return nil
    }
    let file = try TextFile(
      path, fix: "Correct downstream_expert.datarc.meta_data, or leave it out.")
    let list: List
    do {
      list = try JSONDecoder().decode(List.self, from: Data(file.text.utf8))
    } catch {
      throw TaskError.corruptData(
        "\(path): not a list of 'labels' and 'meta_data': "
          + error.localizedDescription)
    }
    return try list.entries.map { entry in
      guard let label = list.labels[entry.label],
        IEMOCAP.classes.indices.contains(label)
      else {
        throw TaskError.corruptData(
          "\(path): '\(entry.path)' has the label '\(entry.label)', which "
            + "is not one of: " + IEMOCAP.classes.joined(separator: ", "))
      }
      return item(entry.path, label)
    }
  }

  /// The utterances that a session's evaluators agreed on, as far as their
  /// emotion is one of ours. Excitement counts as happiness.
  private func evaluations(_ session: Int) throws -> [Item] {
    let folder = try Folder(
      root["Session\(session)/dialog/EmoEvaluation"],
      fix: "Set 'iemocap' to the folder that holds Session1 … Session5.")
    var items: [Item] = []
    for name in try folder.files(endingIn: ".txt") {
      let file = try TextFile(folder[name], fix: "")
      for line in file.lines where line.text.hasPrefix("[") {
        // [start - end] <tab> utterance <tab> emotion <tab> [ratings]
        let fields = line.text.split(separator: "\t")
        guard fields.count >= 3 else {
          throw file.error(
            line: line.number, "'\(line.text)' has no utterance and emotion")
        }
        let utterance = String(fields[1])
        let emotion = fields[2] == "exc" ? "hap" : String(fields[2])
        guard let label = IEMOCAP.classes.firstIndex(of: emotion) else {
          continue
        }
        let dialog =
          utterance.lastIndex(of: "_").map { utterance[..<$0] }
          ?? utterance[...]
        let path =
          "Session\(session)/sentences/wav/\(dialog)/\(utterance).wav"
        if FileManager.default.fileExists(atPath: root[path]) {
          items.append(item(path, label))
        }
      }
    }
    guard !items.isEmpty else {
      throw TaskError.notFound(
        "\(folder.path): no utterance with one of our emotions has its "
          + "recording in Session\(session)/sentences/wav")
    }
    return items
  }

  private func item(_ path: String, _ label: Int) -> Item {
    Item(
      id: Folder.stem(of: path), tag: label,
      audio: AudioSource(path: root[path]))
  }
}
