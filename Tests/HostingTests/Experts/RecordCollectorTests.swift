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

  @Test func everythingIsKeptInTheOrderOfReport() {
    let records = records { table in
      table.pointee.metric(table, "acc", 0.5)
      table.pointee.metric(table, "loss", 2)
      table.pointee.save_as(table, "dev-best.ckpt")
      table.pointee.prediction(table, "b", "yes", "no")
      table.pointee.prediction(table, "a", nil, nil)
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
      table.pointee.prediction(table, "a", "1", "1")
      table.pointee.prediction(table, "a", "2", "1")
    }
    #expect(problem == "it predicts 'a' twice")
  }

  @Test func nullIsNoCrash() {
    let records = records { table in
      table.pointee.metric(table, nil, 1)
      table.pointee.prediction(table, nil, nil, nil)
      table.pointee.metric(nil, "acc", 1)
    }
    #expect(records.metrics.isEmpty && records.predictions.isEmpty)
  }
}
