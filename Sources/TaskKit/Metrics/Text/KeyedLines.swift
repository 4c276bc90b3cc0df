/// A file of lines `<id> <value>`: transcripts, labels, predictions.
public struct KeyedLines: Equatable, Sendable {
  /// What stands between an id and its value.
  public enum Separator: Sendable {
    /// One space or tab; the value is the rest of the line as it is, and may
    /// be missing: an empty text.
    case space
    /// The first comma: `stem,action,object,location`.
    case comma
  }

  /// One line.
  public struct Line: Equatable, Sendable {
    /// The id at the head of the line.
    public var id: String
    /// The rest of the line; empty if there is none.
    public var value: String
    /// Counted from 1.
    public var number: Int
  }

  /// In the order of the file.
  public let lines: [Line]

  /// Reads a whole file.
  ///
  /// - Throws: ``MetricError`` for a file without lines, an empty line, a
  ///   line without an id, an id that occurs twice.
  public init(
    parsing text: String, separator: Separator = .space
  ) throws(MetricError) {
    var lines: [Line] = []
    var seen: [String: Int] = [:]
    for (number, line) in TextLines(text) {
      let bytes = line.utf8
      let end = bytes.firstIndex {
        switch separator {
        case .space: $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
        case .comma: $0 == UInt8(ascii: ",")
        }
      }
      let id = String(line[..<(end ?? bytes.endIndex)])
      let value = end.map { String(line[bytes.index(after: $0)...]) }
      if id.isEmpty {
        throw MetricError(
          line.isEmpty ? "the line is empty" : "the line has no id",
          line: number, fix: "every line is an id, then its value")
      }
      if value == nil, separator == .comma {
        throw MetricError(
          "no comma after the id '\(id)'", line: number,
          fix: "lines are id,value or id,value,value…")
      }
      if let first = seen.updateValue(number, forKey: id) {
        throw MetricError(
          "the id '\(id)' was already on line \(first)", line: number)
      }
      lines.append(Line(id: id, value: value ?? "", number: number))
    }
    if lines.isEmpty { throw MetricError("the file is empty") }
    self.lines = lines
  }

  /// A hypothesis beside the reference of the same id.
  public struct Pair: Equatable, Sendable {
    /// The id that both files have.
    public var id: String
    /// What was recognised.
    public var hypothesis: String
    /// What is true.
    public var reference: String
  }

  /// Brings hypotheses and references together, ordered by id, so that the
  /// order of the files' lines decides nothing.
  ///
  /// - Throws: ``MetricError`` with the first id that only one side has.
  public static func pairs(
    hypothesis: KeyedLines, reference: KeyedLines
  ) throws(MetricError) -> [Pair] {
    var answers: [String: String] = [:]
    for line in hypothesis.lines { answers[line.id] = line.value }
    var pairs: [Pair] = []
    pairs.reserveCapacity(reference.lines.count)
    for line in reference.lines {
      guard let answer = answers.removeValue(forKey: line.id) else {
        throw MetricError(
          "no hypothesis has the id '\(line.id)'", in: .reference,
          line: line.number, fix: "both files need the same ids")
      }
      pairs.append(
        Pair(id: line.id, hypothesis: answer, reference: line.value))
    }
    if let line = hypothesis.lines.first(where: { answers[$0.id] != nil }) {
      throw MetricError(
        "no reference has the id '\(line.id)'", in: .hypothesis,
        line: line.number, fix: "both files need the same ids")
    }
    return pairs.sorted { $0.id < $1.id }
  }
}
