import Diagnostics
import Foundation
import Records
import Speech
import TaskABI
import Tensors
import Upstreams

/// What a task says of recordings that belong to no corpus.
package struct Prediction: Sendable, Equatable {
  /// In the task's natural form: words, a label, lines of RTTM.
  package var text: String
  /// What ``score`` is: `probability`, `similarity`.
  package var scoreName: String?
  package var score: Double?
}

extension Expert {
  private var predictTable: UnsafePointer<superb_predict>? {
    table(of: SUPERB_PREDICT_EXTENSION, superb_predict.self)
  }

  /// How many recordings one answer is about; nil if the task gives none.
  package var recordingsPerAnswer: Int? {
    predictTable.map { Int($0.pointee.recordings) }
  }

  /// The recording at `path` as the task wants it.
  package func span(of path: String) throws -> AudioSpan {
    try path.withCString { path in
      var audio = superb_audio()
      audio.struct_size = UInt32(MemoryLayout<superb_audio>.size)
      audio.path = path
      if let prepare = predictTable?.pointee.prepare {
        try host.calling("predict.prepare") { prepare(table, &audio) }
        guard audio.path == path else {
          throw host.breach(
            in: "predict.prepare", "it has changed the path")
        }
      }
      guard
        let span = try AudioSpan(
          audio, samplingRate: host.setting.samplingRate)
      else {
        throw host.breach(in: "predict.prepare", "its audio has no path")
      }
      return span
    }
  }

  /// The answer on recordings with these features.
  ///
  /// - Parameter ids: what an answer may call the recordings.
  package func predict(
    ids: [String], frames: Node, offsets: [Int64]
  ) throws -> Prediction {
    guard let predict = predictTable?.pointee.predict else {
      throw UserError(
        "the task '\(description.id)' makes no predictions",
        at: description.id)
    }
    var answers: [Prediction] = []
    try host.calling("predict") {
      Self.withBatch(ids) { batch in
        withFeatures(frames, offsets) { features in
          Self.collecting(&answers) { predict(table, batch, features, $0) }
        }
      }
    }
    guard answers.count == 1, let answer = answers.first else {
      throw host.breach(in: "predict", "it gave \(answers.count) answers")
    }
    guard answer.score?.isFinite ?? true else {
      throw host.breach(
        in: "predict", "it gave a score that is no number")
    }
    return answer
  }

  /// A batch of items with these ids, for the time of `body`.
  private static func withBatch<Result>(
    _ ids: [String], _ body: (UnsafePointer<superb_batch>) -> Result
  ) -> Result {
    let names = ids.map { strdup($0) }
    defer { names.forEach { free($0) } }
    let items = names.map { name in
      var item = superb_item()
      item.struct_size = UInt32(MemoryLayout<superb_item>.size)
      item.id = UnsafePointer(name)
      return item
    }
    return items.withUnsafeBufferPointer { items in
      let rows = items.indices.map { index in
        items.baseAddress.map { $0 + index }
      }
      return rows.withUnsafeBufferPointer { rows in
        var batch = superb_batch()
        batch.struct_size = UInt32(MemoryLayout<superb_batch>.size)
        batch.count = UInt32(ids.count)
        batch.items = rows.baseAddress
        return body(&batch)
      }
    }
  }

  /// A table whose calls within `body` append to `answers`.
  private static func collecting<Result>(
    _ answers: inout [Prediction],
    _ body: (UnsafePointer<superb_answers>) -> Result
  ) -> Result {
    withUnsafeMutablePointer(to: &answers) { answers in
      var table = superb_answers()
      table.struct_size = UInt32(MemoryLayout<superb_answers>.size)
      table.context = UnsafeMutableRawPointer(answers)
      table.answer = { table, answer in
        guard let answer = answer?.pointee, let text = answer.predicted
        else { return }
        let score = SplitRecords.Prediction.scores(of: answer).first {
          $0.values.count == 1
        }
        table?.pointee.context?.assumingMemoryBound(to: [Prediction].self)
          .pointee.append(
            Prediction(
              text: String(cString: text), scoreName: score?.label,
              score: score?.values.first))
      }
      return body(&table)
    }
  }
}
