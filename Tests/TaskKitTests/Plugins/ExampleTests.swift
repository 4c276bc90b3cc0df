import Foundation
import TaskKit
import Testing

@Suite struct ExampleTests {
  @Test func writesItsNoiseOnceAndRuns() throws {
    let folder = try TemporaryFolder()
    let host = TestHost(config: [
      "datarc.root": .text(folder.path + "/noise"),
      "datarc.items": .integer(5), "datarc.batch_size": .integer(2),
    ])
    let experiment = try TestExperiment(Example.self, host)
    let train = try experiment.batches("train", epoch: 3)
    #expect(train.map(\.count) == [2, 2, 1])
    for utterance in train.flatMap({ $0 }) {
      #expect((80_000...320_000).contains(utterance.length))
      #expect(utterance.start >= 0)
      #expect(utterance.start + utterance.length <= 960_000)
      #expect((0..<48).contains(utterance.tag))
    }
    let path = try #require(train.first?.first?.path)
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(data.count == 58 + 4 * 960_000)
    let squares = data.dropFirst(58).withUnsafeBytes { bytes in
      (0..<10_000).reduce(0.0) {
        let x = bytes.loadUnaligned(fromByteOffset: 4 * $1, as: Float.self)
        return $0 + Double(x) * Double(x)
      }
    }
    #expect(abs(squares / 10_000 - 1) < 0.1)

    let date = try FileManager.default.attributesOfItem(atPath: path)
    _ = try experiment.batches("dev")
    let later = try FileManager.default.attributesOfItem(atPath: path)
    #expect(
      date[.modificationDate] as? Date == later[.modificationDate] as? Date)

    _ = try experiment.run("dev") { _ in [0, 1, 2] }
    let report = try experiment.report("dev")
    #expect(report.predictions.count == 5)
    #expect(report.metrics["acc"] != nil)
  }
}
