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
      .map { $0.map(\.csvField).joined(separator: ",") + "\r\n" }.joined()
  }
}
