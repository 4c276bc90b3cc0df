import Foundation

/// What a search says of its terms: a score and a decision for each document.
public struct TermDetections: Equatable, Sendable {
  /// One document.
  public struct Detection: Equatable, Sendable {
    /// The document's name, without its extension.
    public var document: String
    /// The higher, the likelier it is that the term occurs.
    public var score: Double
    /// Whether the system says that the term is there.
    public var isAccepted: Bool
    /// The line in the file that it was read from.
    public var line: Int?

    /// One answer of the system.
    public init(
      document: String, score: Double, isAccepted: Bool, line: Int? = nil
    ) {
      self.document = document
      self.score = score
      self.isAccepted = isAccepted
      self.line = line
    }
  }

  /// One term that was searched for.
  public struct Term: Equatable, Sendable {
    /// The term's name.
    public var id: String
    /// The documents that the system names for this term.
    public var detections: [Detection]
    /// The line in the file that it was read from.
    public var line: Int?

    /// `line` is where the file has it, from 1.
    public init(id: String, detections: [Detection], line: Int? = nil) {
      self.id = id
      self.detections = detections
      self.line = line
    }
  }

  /// In the order of the file.
  public var terms: [Term]

  /// Detections that were not read from a file.
  public init(terms: [Term] = []) {
    self.terms = terms
  }
}

// MARK: - Files

extension TermDetections {
  /// Reads a detection list of NIST's 2006 evaluation of spoken term
  /// detection, `*.stdlist.xml`, as far as documents are concerned: times are
  /// not looked at.
  ///
  /// - Throws: ``MetricError`` with the line of what is malformed.
  public init(parsing text: String) throws(MetricError) {
    var reader = MarkupReader(text)
    var terms: [Term] = []
    try reader.root("stdlist")
    while let list = try reader.child("detected_termlist") {
      var term = Term(
        id: try list.attribute("termid"), detections: [], line: list.line)
      while let element = try reader.child("term") {
        term.detections.append(try Self.detection(element))
        try reader.leave()
      }
      terms.append(term)
    }
    try reader.finish()
    self.terms = terms
  }

  private static func detection(
    _ element: MarkupReader.Element
  ) throws(MetricError) -> Detection {
    let score = try element.attribute("score")
    guard let value = Substring(score).decimal else {
      throw MetricError(
        "the score '\(score)' is not a finite number", line: element.line)
    }
    let decision = try element.attribute("decision")
    guard decision == "YES" || decision == "NO" else {
      throw MetricError(
        "the decision '\(decision)' is neither YES nor NO",
        line: element.line)
    }
    return Detection(
      document: try element.attribute("file"), score: value,
      isAccepted: decision == "YES", line: element.line)
  }

  /// Digits after the point of a written score.
  static let decimals = 4

  /// These detections with every score as it is written to a file.
  public var rounded: TermDetections {
    var copy = self
    for t in copy.terms.indices {
      for d in copy.terms[t].detections.indices {
        let score = copy.terms[t].detections[d].score
        copy.terms[t].detections[d].score =
          Double(Self.written(score)) ?? score
      }
    }
    return copy
  }

  /// The detection list as s3prl writes it for QUESST 2014.
  public func xml() -> String {
    var text = """
      <stdlist termlist_filename="benchmark.stdlist.xml" indexing_time="1.00" \
      language="english" index_size="1" system_id="benchmark">

      """
    for term in terms {
      text += """
          <detected_termlist termid="\(Self.escaped(term.id))" \
        term_search_time="1.0" oov_term_count="1">

        """
      for detection in term.detections {
        text += """
              <term file="\(Self.escaped(detection.document))" channel="1" \
          tbeg="0.000" dur="0.00" score="\(Self.written(detection.score))" \
          decision="\(detection.isAccepted ? "YES" : "NO")"/>

          """
      }
      text += "  </detected_termlist>\n"
    }
    return text + "</stdlist>\n"
  }

  private static func written(_ score: Double) -> String {
    String(format: "%.\(decimals)f", score)
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
