import Foundation
import Records
import TaskABI

/// Receives a call of `log_records`.
final class RecordCollector {
  private(set) var records = SplitRecords()
  /// What the task did and may not do, the first of it.
  private(set) var problem: String?
  private var predicted: Set<String> = []

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
      let name = String(cString: id)
      if !collector.predicted.insert(name).inserted {
        collector.blame("it predicts '\(name)' twice")
      }
      collector.records.predictions.append(
        SplitRecords.Prediction(
          id: name,
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

  private func blame(_ what: String) {
    problem = problem ?? what
  }

  /// A name without folders, or nil and a problem.
  private func plain(_ name: UnsafePointer<CChar>?) -> String? {
    let text = name.map { String(cString: $0) } ?? ""
    guard !text.isEmpty, !text.contains("/"), !text.hasPrefix(".") else {
      blame("it names a file '\(text)'")
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
