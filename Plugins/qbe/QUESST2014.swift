import Foundation
import TaskKit

/// QUESST 2014: spoken queries and the documents to find them in, of one
/// language.
final class QUESST2014 {
  /// Queries of one set, all documents, and the truth about them.
  struct Search {
    var queries: [Item]
    var documents: [Item]
    /// Of all languages.
    var reference: TermReference

    /// Every utterance, and then every document once more, with a tag that
    /// is higher by the number of utterances.
    ///
    /// Queries stand before documents that hold them: a limited run, which
    /// hears the beginning alone, then has something to find.
    var comings: [Item] {
      let rows = Dictionary(
        uniqueKeysWithValues: documents.indices.map {
          (documents[$0].id, $0)
        })
      var isFirst = Array(repeating: true, count: documents.count)
      var items: [Item] = []
      for query in queries {
        items.append(query)
        let holding = (reference.occurrences[query.id] ?? [])
          .compactMap { rows[$0] }.filter { isFirst[$0] }
        guard let row = holding.min() else { continue }
        isFirst[row] = false
        items.append(documents[row])
      }
      items += documents.indices.filter { isFirst[$0] }.map { documents[$0] }
      let utterances = items.count
      return items
        + documents.map { document in
          var again = document
          again.tag += utterances - queries.count
          return again
        }
    }
  }

  static let splits = ["eval", "dev"]

  /// The language that the benchmark keeps.
  private static let language = "nnenglish"
  /// The protocol's effect chain lowers every file by 3 dB.
  private static let gain = -3.0

  private let corpus: Corpus
  private let searches = Splits<Search>(splits)

  init(_ corpus: Corpus) {
    self.corpus = corpus
  }

  /// Items' tags are their indices, queries before documents.
  func search(split: String) throws -> Search {
    try searches(split) { try read(split) }
  }

  private func read(_ split: String) throws -> Search {
    let root = try corpus.folder()
    var names: Set<String> = []
    let queries = try items(
      "scoring/language_key_\(split).lst", in: root, first: 0, &names)
    let documents = try items(
      "scoring/language_key_utterances.lst", in: root, first: queries.count,
      &names)
    let folder = try Folder(
      root["scoring/groundtruth_quesst14_\(split)"],
      fix: "It is part of the database. Fetch the corpus again.")
    let search = Search(
      queries: queries, documents: documents,
      reference: try reference(in: folder))
    try check(search, folder)
    return search
  }

  /// The files of a list `path language` that are of our language. A path
  /// begins with the name of the database's own folder.
  private func items(
    _ name: String, in root: Folder, first: Int, _ names: inout Set<String>
  ) throws -> [Item] {
    let file = try TextFile(
      root[name],
      fix: "Set 'quesst2014' to the folder that holds Audio and scoring.")
    var items: [Item] = []
    for line in file.lines {
      let fields = line.text.split(whereSeparator: \.isWhitespace)
      guard fields.count == 2 else {
        throw file.error(
          line: line.number, "'\(line.text)' is not a path and a language")
      }
      guard fields[1] == Self.language else { continue }
      var path = fields[0]
      if let slash = path.firstIndex(of: "/") {
        path = path[path.index(after: slash)...]
      }
      let id = Folder.stem(of: path)
      guard names.insert(id).inserted else {
        throw file.error(line: line.number, "'\(id)' was listed before")
      }
      items.append(
        Item(
          id: id, tag: first + items.count,
          audio: AudioSource(path: root[String(path)], gain: Self.gain)))
    }
    guard !items.isEmpty else {
      throw TaskError.corruptData(
        "\(file.path): no file is of the language '\(Self.language)'")
    }
    return items
  }

  private func reference(in folder: Folder) throws -> TermReference {
    let terms = try read(".tlist.xml", in: folder, TermReference.terms)
    let documents = try read(".ecf.xml", in: folder, TermReference.documents)
    let occurrences = try read(".rttm", in: folder, TermReference.occurrences)
    do {
      return try TermReference(
        terms: terms, documents: documents, occurrences: occurrences)
    } catch {
      throw TaskError.corruptData("\(folder.path): \(error.what)")
    }
  }

  /// Reads the only file of that kind.
  private func read<Value>(
    _ suffix: String, in folder: Folder,
    _ parse: (String) throws(MetricError) -> Value
  ) throws -> Value {
    let names = try folder.files(endingIn: suffix)
    guard let name = names.first, names.count == 1 else {
      throw TaskError.corruptData(
        "\(folder.path): \(names.count) files *\(suffix) where one is needed")
    }
    return try TextFile(folder[name], fix: "").parsed(parse)
  }

  /// What is searched must be known to the truth.
  private func check(_ search: Search, _ folder: Folder) throws {
    let terms = Set(search.reference.terms)
    let documents = Set(search.reference.documents)
    for (items, listed, kind) in [
      (search.queries, terms, "query"),
      (search.documents, documents, "document"),
    ] {
      if let stranger = items.first(where: { !listed.contains($0.id) }) {
        throw TaskError.corruptData(
          "\(folder.path): the \(kind) '\(stranger.id)' is not listed")
      }
    }
  }
}
