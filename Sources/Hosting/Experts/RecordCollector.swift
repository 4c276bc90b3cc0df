import Diagnostics
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
      guard let collector = RecordCollector.of(table) else { return }
      let text = name.map { String(cString: $0) } ?? ""
      guard RecordCollector.isName(text) else {
        return collector.blame("it names a figure '\(text.shown)'")
      }
      collector.records.metrics.append((text, value))
    }
    table.save_as = { table, name in
      guard let collector = RecordCollector.of(table),
        let name = collector.plain(name)
      else { return }
      collector.records.saveAs.append(name)
    }
    table.prediction = { table, prediction in
      guard let collector = RecordCollector.of(table),
        let prediction = prediction?.pointee, let id = prediction.id
      else { return }
      let made = SplitRecords.Prediction(id: id, prediction)
      if let problem = made.problem { collector.blame(problem) }
      if !collector.predicted.insert(made.id).inserted {
        collector.blame("it predicts '\(made.id)' twice")
      }
      collector.records.predictions.append(made)
    }
    table.file = { table, name, bytes, length in
      guard let collector = RecordCollector.of(table),
        let name = collector.plain(name)
      else { return SUPERB_INVALID_ARGUMENT }
      guard 0...RecordCollector.mostBytes ~= length else {
        let length = UInt(bitPattern: length)
        collector.blame("its file '\(name)' has \(length) bytes")
        return SUPERB_INVALID_ARGUMENT
      }
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

  /// Of one file.
  private static let mostBytes = 1 << 36

  /// Whether it can be shown, and be a part of a file's name.
  private static func isName(_ text: String) -> Bool {
    1...200 ~= text.utf8.count
      && !text.unicodeScalars.contains(where: \.steersDisplay)
  }

  /// A name without folders that is none of the host's own files; or nil and
  /// a problem.
  private func plain(_ name: UnsafePointer<CChar>?) -> String? {
    let text = name.map { String(cString: $0) } ?? ""
    guard Self.isName(text), !text.contains("/"), !text.hasPrefix("."),
      text != ExperimentResult.fileName, text != Experiment.fileName
    else {
      blame("it names a file '\(text.shown)'")
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

extension SplitRecords.Prediction {
  init(id: UnsafePointer<CChar>, _ prediction: superb_prediction) {
    self.init(
      id: String(cString: id),
      predicted: prediction.predicted.map { String(cString: $0) } ?? "",
      truth: prediction.truth.map { String(cString: $0) } ?? "")
    if prediction.score_count > 0 {
      scores = Dictionary(
        Self.scores(of: prediction).map { ($0.label, $0.values) }
      ) { $1 }
    }
    if prediction.attribute_count > 0 {
      var attributes: [String: String] = [:]
      for index in 0..<Int(prediction.attribute_count) {
        guard let list = prediction.attributes else { break }
        guard let one = list[index]?.pointee,
          let name = one.name, let value = one.value
        else { continue }
        attributes[String(cString: name)] = String(cString: value)
      }
      self.attributes = attributes
    }
  }

  /// The scores of a prediction, in its order.
  static func scores(
    of prediction: superb_prediction
  ) -> [(label: String, values: [Double])] {
    let count = prediction.scores == nil ? 0 : prediction.score_count
    return (0..<Int(count)).compactMap { index in
      guard let score = prediction.scores?[index]?.pointee,
        let label = score.label
      else { return nil }
      return (
        String(cString: label),
        Array(
          UnsafeBufferPointer(
            start: score.values,
            count: score.values == nil ? 0 : Int(max(score.count, 0))))
      )
    }
  }

  /// What cannot be written down; nil if there is nothing.
  var problem: String? {
    scores?.values.joined().contains { !$0.isFinite } == true
      ? "it gives '\(id)' a score that is no number" : nil
  }
}
