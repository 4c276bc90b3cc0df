/// Which of some terms occur in which of some documents: the truth that a
/// search is scored against.
public struct TermReference: Equatable, Sendable {
  /// In the order of the list.
  public let terms: [String]
  /// In the order of the list.
  public let documents: [String]
  /// The documents that a term occurs in; none of them empty.
  public let occurrences: [String: Set<String>]

  /// Occurrences of other terms or in other documents are left out, since a
  /// transcript may hold more than was searched for.
  ///
  /// - Throws: ``MetricError`` if a term or a document is listed twice, or no
  ///   term occurs anywhere.
  public init(
    terms: [String], documents: [String], occurrences: [String: Set<String>]
  ) throws(MetricError) {
    if let twice = Self.repeated(terms) {
      throw MetricError("the term '\(twice)' is listed twice", in: .trials)
    }
    if let twice = Self.repeated(documents) {
      throw MetricError(
        "the document '\(twice)' is listed twice", in: .regions)
    }
    let listed = Set(documents)
    let wanted = Set(terms)
    self.terms = terms
    self.documents = documents
    self.occurrences = occurrences.filter { wanted.contains($0.key) }
      .mapValues { $0.intersection(listed) }.filter { !$0.value.isEmpty }
    guard !self.occurrences.isEmpty else {
      throw MetricError(
        "no term of the list occurs in a document", in: .reference)
    }
  }

  /// The truth about the terms and documents of `detections` alone.
  ///
  /// - Throws: ``MetricError`` if none of the terms occurs in them.
  public func restricted(
    to detections: TermDetections
  ) throws(MetricError) -> TermReference {
    let searched = Set(detections.terms.map(\.id))
    let heard = Set(
      detections.terms.lazy.flatMap { $0.detections.lazy.map(\.document) })
    return try TermReference(
      terms: terms.filter(searched.contains),
      documents: documents.filter(heard.contains), occurrences: occurrences)
  }

  private static func repeated(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
  }
}

// MARK: - Files

extension TermReference {
  /// The terms of a term list, `*.tlist.xml`:
  /// `<termlist …><term termid="…">…</term>…</termlist>`.
  public static func terms(
    parsing text: String
  ) throws(MetricError) -> [String] {
    var reader = MarkupReader(text)
    var terms: [String] = []
    try reader.root("termlist")
    while let term = try reader.child("term") {
      terms.append(try term.attribute("termid"))
      try reader.leave()
    }
    try reader.finish()
    return terms
  }

  /// The documents of an experiment control file, `*.ecf.xml`:
  /// `<ecf …><excerpt audio_filename="…" …/>…</ecf>`. A document is called as
  /// its file is, without folder and extension.
  public static func documents(
    parsing text: String
  ) throws(MetricError) -> [String] {
    var reader = MarkupReader(text)
    var documents: [String] = []
    try reader.root("ecf")
    while let excerpt = try reader.child("excerpt") {
      documents.append(name(try excerpt.attribute("audio_filename")))
      try reader.leave()
    }
    try reader.finish()
    return documents
  }

  /// The occurrences in a transcript, `*.rttm`: lines
  /// `LEXEME document channel start duration term lex speaker <NA>`. Other
  /// types of lines and comments, `;;…`, are passed over.
  public static func occurrences(
    parsing text: String
  ) throws(MetricError) -> [String: Set<String>] {
    var occurrences: [String: Set<String>] = [:]
    for (number, line) in TextLines(text) {
      let fields = line.fields
      guard fields.first == "LEXEME" else { continue }
      guard fields.count == 9 || fields.count == 10 else {
        throw MetricError(
          "\(fields.count) fields where a LEXEME has 9 or 10", line: number,
          fix: "lines are: LEXEME document channel start duration term lex"
            + " speaker <NA>")
      }
      occurrences[String(fields[5]), default: []].insert(name(fields[1]))
    }
    return occurrences
  }

  /// Without folders and extension.
  private static func name(_ path: some StringProtocol) -> String {
    let start = path.lastIndex(of: "/").map(path.index(after:))
    let file = path[(start ?? path.startIndex)...]
    guard let dot = file.lastIndex(of: "."), dot > file.startIndex else {
      return String(file)
    }
    return String(file[..<dot])
  }
}
