import Foundation
import Records
import Testing

@testable import Runs

@Suite final class S3prlFolderTests {
  private let folder =
    NSTemporaryDirectory() + "superb-s3prl-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func write(_ name: String, _ text: String) throws {
    try text.write(
      toFile: folder + "/" + name, atomically: true, encoding: .utf8)
  }

  private static let task = TaskDescription(
    id: "ks", version: 1, title: "keyword spotting", summary: "",
    aliases: ["speech_commands"],
    metrics: [
      .init(
        name: "acc", title: "accuracy", unit: .fraction, higherIsBetter: true)
    ], corpora: [], scalarPrefix: "ks", testSplits: ["test"])

  @Test func theFigureIsThatOfTheBestStepOnDev() throws {
    try write(
      "log.log",
      """
      dev at step 200: 0.5
      New best on dev at step 200: 0.5
      test at step 200: 0.4
      dev at step 400: 0.7
      New best on dev at step 400: 0.7
      test at step 400: 0.6
      New best on test at step 400: 0.6
      dev at step 600: 0.6
      test at step 600: 0.9

      """)
    try write(
      "args_2022-01-01-00-00-00.yaml",
      "upstream: hubert\ndownstream: speech_commands\nseed: 7\n")
    let found = try S3prlFolder(folder)
    #expect(found.downstream == "speech_commands")
    let result = try found.result(of: Self.task)
    #expect(result.primaryMetric?.value == 0.6)
    #expect(result.bestStep == 400)
    #expect(result.upstream.name == "hubert")
    #expect(result.seed == 7)
    #expect(result.isImported)
    #expect(result.signature.count == 64)
    #expect(try S3prlFolder(folder).result(of: Self.task) == result)
  }

  @Test func withoutAFigureOneMustBeGiven() throws {
    try write("args_1.yaml", "upstream: hubert\ndownstream: asr\n")
    let found = try S3prlFolder(folder)
    #expect(throws: (any Error).self) { try found.result(of: Self.task) }
    let result = try found.result(of: Self.task, upstream: "mine", value: 0.9)
    #expect(result.primaryMetric?.value == 0.9)
    #expect(result.upstream.name == "mine")
  }

  @Test func anotherFolderIsRefused() {
    #expect(throws: (any Error).self) { try S3prlFolder(folder) }
  }
}
