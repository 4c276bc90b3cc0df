import Diagnostics
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
        host.enter("predict.prepare")
        try host.check(prepare(table, &audio), during: "predict.prepare")
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
    host.enter("predict")
    let answers = AnswerCollector()
    let status = Self.withBatch(ids) { batch in
      offsets.withUnsafeBufferPointer { offsets in
        var features = superb_features()
        features.struct_size = UInt32(MemoryLayout<superb_features>.size)
        features.count = UInt32(ids.count)
        features.frames = frames.handle
        features.offsets = offsets.baseAddress
        return answers.withTable { predict(table, batch, &features, $0) }
      }
    }
    try host.check(status, during: "predict")
    guard answers.count == 1, let answer = answers.answer else {
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
    let texts = ids.map { ContiguousArray($0.utf8CString) }
    let items = UnsafeMutablePointer<superb_item>.allocate(
      capacity: ids.count)
    let bytes = UnsafeMutablePointer<CChar>.allocate(
      capacity: texts.reduce(0) { $0 + $1.count })
    defer {
      items.deallocate()
      bytes.deallocate()
    }
    var place = bytes
    for (index, text) in texts.enumerated() {
      var item = superb_item()
      item.struct_size = UInt32(MemoryLayout<superb_item>.size)
      item.id = UnsafePointer(place)
      for character in text {
        place.initialize(to: character)
        place += 1
      }
      items.advanced(by: index).initialize(to: item)
    }
    let rows = ids.indices.map {
      Optional(UnsafePointer(items.advanced(by: $0)))
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

/// Receives the answer of one call.
private final class AnswerCollector {
  private(set) var answer: Prediction?
  private(set) var count = 0

  func withTable<Result>(
    _ body: (UnsafePointer<superb_answers>) -> Result
  ) -> Result {
    var table = superb_answers()
    table.struct_size = UInt32(MemoryLayout<superb_answers>.size)
    table.context = Unmanaged.passUnretained(self).toOpaque()
    table.answer = { table, answer in
      guard let context = table?.pointee.context,
        let answer = answer?.pointee, let text = answer.predicted
      else { return }
      let score = SplitRecords.Prediction.scores(of: answer).first {
        $0.values.count == 1
      }
      let collector = Unmanaged<AnswerCollector>.fromOpaque(context)
        .takeUnretainedValue()
      collector.count += 1
      collector.answer = Prediction(
        text: String(cString: text), scoreName: score?.label,
        score: score?.values.first)
    }
    return withExtendedLifetime(self) { withUnsafePointer(to: &table, body) }
  }
}
