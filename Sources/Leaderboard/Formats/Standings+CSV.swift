extension Standings {
  /// RFC 4180: one record per figure or failure, values as the task reports
  /// them, fields that are not there empty, lines ended by CR LF.
  func csv() -> String {
    let header = [
      "upstream", "task", "metric", "split", "value", "unit", "direction",
      "primary", "status", "kind", "reason", "signature", "profile", "limit",
      "seed", "finished_at",
    ]
    let records = measurements.map { record in
      [
        record.upstream, record.task, record.metric ?? "", record.split ?? "",
        record.value.map { "\($0)" } ?? "", record.unit ?? "",
        record.direction ?? "", record.isPrimary ? "yes" : "no",
        record.status, record.failureKind ?? "", record.reason ?? "",
        record.signature, record.profile, record.limit.map(String.init) ?? "",
        String(record.seed), record.finishedAt,
      ]
    }
    return ([header] + records)
      .map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// What a program of tables would take for a formula is told apart by an
  /// apostrophe. Numbers are numbers.
  private func field(_ text: String) -> String {
    let isFormula =
      text.first.map { "=+-@\t\r".contains($0) } == true
      && Double(text) == nil
    return quoted(isFormula ? "'" + text : text)
  }

  private func quoted(_ text: String) -> String {
    // Scalars, not characters: CR LF is one character and equals neither.
    let needsQuotes = text.unicodeScalars.contains {
      $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n"
    }
    guard needsQuotes || text.first == " " || text.last == " " else {
      return text
    }
    return "\"" + text.escaped { $0 == "\"" ? "\"\"" : nil } + "\""
  }
}
