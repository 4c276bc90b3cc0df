import Foundation
import TaskABI
import Testing

@testable import Hosting
@testable import Records

@Suite struct RecordCollectorTests {
  private func records(
    _ report: (UnsafePointer<superb_records>) -> Void
  ) -> SplitRecords {
    let collector = RecordCollector()
    collector.withTable(report)
    #expect(collector.problem == nil)
    return collector.records
  }

  /// What the task is blamed for.
  private func problem(
    _ report: (UnsafePointer<superb_records>) -> Void
  ) -> String? {
    let collector = RecordCollector()
    collector.withTable(report)
    return collector.problem
  }

  private func predict(
    _ table: UnsafePointer<superb_records>, _ id: String?,
    _ predicted: String? = nil, _ truth: String? = nil,
    score: [Double] = []
  ) {
    func withText(
      _ text: String?, _ body: (UnsafePointer<CChar>?) -> Void
    ) {
      if let text { text.withCString(body) } else { body(nil) }
    }
    withText(id) { id in
      withText(predicted) { predicted in
        withText(truth) { truth in
          score.withUnsafeBufferPointer { values in
            "posterior".withCString { label in
              var one = superb_score()
              one.struct_size = UInt32(MemoryLayout<superb_score>.size)
              one.label = label
              one.values = values.baseAddress
              one.count = Int64(values.count)
              withUnsafePointer(to: one) { one in
                [Optional(one)].withUnsafeBufferPointer { scores in
                  var made = superb_prediction()
                  made.struct_size = UInt32(
                    MemoryLayout<superb_prediction>.size)
                  (made.id, made.predicted, made.truth) = (id, predicted, truth)
                  made.score_count = score.isEmpty ? 0 : 1
                  made.scores = scores.baseAddress
                  table.pointee.prediction(table, &made)
                }
              }
            }
          }
        }
      }
    }
  }

  @Test func scoresAreKeptWhereTheyAreGiven() throws {
    let records = records { table in
      predict(table, "a", "yes", "no", score: [0.25, 0.75])
      predict(table, "b", "yes", "no")
    }
    #expect(
      records.predictions.map(\.scores) == [["posterior": [0.25, 0.75]], nil])
    // What gives none is written as it always was.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let lines = try records.predictions.map {
      String(decoding: try encoder.encode($0), as: UTF8.self)
    }
    #expect(lines[1] == #"{"id":"b","predicted":"yes","truth":"no"}"#)
    #expect(lines[0].contains(#""scores":{"posterior":[0.25,0.75]}"#))
    #expect(
      problem { self.predict($0, "a", score: [.nan]) }
        == "it gives 'a' a score that is no number")
  }

  @Test func everythingIsKeptInTheOrderOfReport() {
    let records = records { table in
      table.pointee.metric(table, "acc", 0.5)
      table.pointee.metric(table, "loss", 2)
      table.pointee.save_as(table, "dev-best.ckpt")
      predict(table, "b", "yes", "no")
      predict(table, "a")
      let bytes: [UInt8] = [1, 0, 2]
      #expect(table.pointee.file(table, "x.txt", bytes, 3) == SUPERB_OK)
      #expect(table.pointee.file(table, "empty", nil, 0) == SUPERB_OK)
    }
    #expect(records.metrics.map(\.name) == ["acc", "loss"])
    #expect(records.metrics.map(\.value) == [0.5, 2])
    #expect(records.saveAs == ["dev-best.ckpt"])
    #expect(records.predictions.map(\.id) == ["b", "a"])
    #expect(records.predictions.first?.truth == "no")
    #expect(records.files.map(\.bytes) == [Data([1, 0, 2]), Data()])
  }

  @Test(arguments: ["../up", "a/b", "", ".hidden", "/etc/x"])
  func filesOutsideTheFolderAreRefused(name: String) {
    #expect(problem { $0.pointee.save_as($0, name) } != nil)
    let refused = problem {
      #expect($0.pointee.file($0, name, nil, 0) == SUPERB_INVALID_ARGUMENT)
    }
    #expect(refused == "it names a file '\(name)'")
  }

  @Test func anUtteranceIsPredictedOnce() {
    let problem = problem { table in
      predict(table, "a", "1", "1")
      predict(table, "a", "2", "1")
    }
    #expect(problem == "it predicts 'a' twice")
  }

  @Test func nullIsNoCrash() {
    let collector = RecordCollector()
    collector.withTable { table in
      table.pointee.metric(table, nil, 1)
      predict(table, nil)
      table.pointee.prediction(table, nil)
      table.pointee.metric(nil, "acc", 1)
    }
    let records = collector.records
    #expect(collector.problem == "it names a figure ''")
    #expect(records.metrics.isEmpty && records.predictions.isEmpty)
  }
}
