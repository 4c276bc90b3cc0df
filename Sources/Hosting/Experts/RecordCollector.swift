import Diagnostics
import Foundation
import Records
import TaskABI

/// Receives a call of `log_records`.
final class RecordCollector {
  private var records = SplitRecords()
  private var problem: String?

  func withTable<Result>(
    _ body: (UnsafePointer<superb_records>) -> Result
  ) -> Result {
    var table = superb_records()
    table.struct_size = UInt32(MemoryLayout<superb_records>.size)
    table.context = Unmanaged.passUnretained(self).toOpaque()
    table.metric = { table, name, value in
      guard let collector = RecordCollector.of(table), let name else { return }
      collector.records.metrics.append((String(cString: name), value))
    }
    table.save_as = { table, name in
      guard let collector = RecordCollector.of(table),
        let name = collector.plain(name)
      else { return }
      collector.records.saveAs.append(name)
    }
    table.prediction = { table, id, predicted, truth in
      guard let collector = RecordCollector.of(table), let id else { return }
      collector.records.predictions.append(
        SplitRecords.Prediction(
          id: String(cString: id),
          predicted: predicted.map { String(cString: $0) } ?? "",
          truth: truth.map { String(cString: $0) } ?? ""))
    }
    table.file = { table, name, bytes, length in
      guard let collector = RecordCollector.of(table),
        let name = collector.plain(name)
      else { return SUPERB_INVALID_ARGUMENT }
      let data =
        bytes.map { Data(bytes: $0, count: length) } ?? Data()
      collector.records.files.append((name, data))
      return SUPERB_OK
    }
    return withExtendedLifetime(self) { withUnsafePointer(to: &table, body) }
  }

  /// The records, unless the task broke the contract.
  func finished(split: String) throws -> SplitRecords {
    if let problem { throw UserError(problem, at: "log_records(\(split))") }
    var seen: Set<String> = []
    for prediction in records.predictions
    where !seen.insert(prediction.id).inserted {
      throw UserError(
        "the task predicts '\(prediction.id)' twice",
        at: "log_records(\(split))")
    }
    return records
  }

  /// A name without folders, or nil and a problem.
  private func plain(_ name: UnsafePointer<CChar>?) -> String? {
    let text = name.map { String(cString: $0) } ?? ""
    guard !text.isEmpty, !text.contains("/"), !text.hasPrefix(".") else {
      problem = problem ?? "the task names a file '\(text)'"
      return nil
    }
    return text
  }

  private static func of(
    _ table: UnsafePointer<superb_records>?
  ) -> RecordCollector? {
    guard let context = table?.pointee.context else { return nil }
    return Unmanaged<RecordCollector>.fromOpaque(context)
      .takeUnretainedValue()
  }
}
