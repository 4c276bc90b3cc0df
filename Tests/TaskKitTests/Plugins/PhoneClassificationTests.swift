import TaskABI
import TaskKit
import Testing

@Suite struct PhoneClassificationTests {
  private let folder: TemporaryFolder
  private let host: TestHost
  private let ids = (0..<22).map { "7-8-\($0 < 10 ? "000" : "00")\($0)" }

  /// 22 utterances, the last the longest; 20 are for training, of which
  /// Python's shuffle makes 18 train and 2 dev.
  init() throws {
    folder = try TemporaryFolder()
    host = TestHost(
      config: ["datarc.bucket_size": .integer(4)],
      corpora: ["librispeech": folder.path])
    var labels = ""
    for (index, id) in ids.enumerated() {
      try folder.write("train-clean-100/7/8/\(id).flac")
      host.lengths["\(id).flac"] = Int64(20_000 + index)
      labels += "\(id) \(index) 40 0 7\n"
    }
    try folder.write("converted_aligned_phones.txt", labels)
    try folder.write(
      "train_split.txt", ids.prefix(20).map { $0 + "\n" }.joined())
    try folder.write(
      "test_split.txt", ids.suffix(2).map { $0 + "\n" }.joined())
  }

  private func experiment(
    _ type: any DownstreamExpert.Type = PhoneLinear.self
  ) throws -> TestExperiment {
    try TestExperiment(type, host)
  }

  @Test func bucketsAreHalvedAndTheLastIsLeftOut() throws {
    let batches = try experiment().batches("train")
    // The shortest utterance of the table, its last row, decides about the
    // two that fill no bucket.
    let isKept = batches.count == 9
    #expect(batches.allSatisfy { $0.count == 2 })
    #expect(batches.count == (isKept ? 9 : 8))
    let train = batches.flatMap { $0 }.map(\.id)
    #expect(Set(train).count == train.count)
    let order = batches.map { batch in batch.map { $0.tag } }
    #expect(order.allSatisfy { $0[0] > $0[1] })
    #expect(order.map { $0[0] } != order.map { $0[0] }.sorted(by: >))
  }

  @Test func lastBucketBelongsToTheSplitOfTheLastRow() throws {
    // The last row of the table is a test utterance: what fills no bucket of
    // train and dev is dropped, what fills none of test is kept.
    for (place, id) in ids.suffix(2).enumerated() {
      host.lengths["\(id).flac"] = Int64(10 + place)
    }
    let experiment = try experiment()
    #expect(try experiment.batches("train").count == 8)
    #expect(try experiment.batches("test").map(\.count) == [2])
    #expect {
      _ = try experiment.batches("dev")
    } throws: {
      ($0 as? TestExperiment.Failure)?.message.contains("bucket_size") == true
    }
  }

  @Test func aLongBatchIsCutIntoSeveral() throws {
    // Two make more than a second, which is what a batch may hold.
    for id in ids { host.lengths["\(id).flac"] = 9000 }
    host.config["datarc.max_batch_seconds"] = .integer(1)
    let batches = try experiment().batches("train")
    #expect(batches.count >= 16)
    #expect(batches.allSatisfy { $0.count == 1 })
  }

  @Test func splitsShareNothing() throws {
    host.config["datarc.bucket_size"] = .integer(2)
    let experiment = try experiment()
    let splits = try ["train", "dev", "test"].map {
      Set(try experiment.batches($0).flatMap { $0 }.map(\.id))
    }
    #expect(splits.map(\.count) == [18, 2, 2])
    #expect(splits[0].isDisjoint(with: splits[1]))
    #expect(splits[2] == Set(ids.suffix(2)))
  }

  @Test func lengthsMayComeFromATable() throws {
    host.lengths = [:]
    try folder.write(
      "tables/train-clean-100.csv",
      "index,file_path,length,label\n"
        + ids.enumerated().map { index, id in
          "\(index),train-clean-100/7/8/\(id).flac,\(5000 - index),\n"
        }.joined())
    host.config["datarc.bucket_file"] = .text(folder.path + "/tables")
    let test = try experiment().batches("test").flatMap { $0 }
    #expect(test.map(\.id) == Array(ids.suffix(2)))
    #expect(
      test[0].path == folder.path + "/train-clean-100/7/8/\(ids[20]).flac")
  }

  @Test(
    arguments: [
      PhoneLinear.self as any DownstreamExpert.Type, PhoneLinearConcat.self,
      PhoneOneHidden.self,
    ])
  func everyLabelCountsOnce(type: any DownstreamExpert.Type) throws {
    host.config["datarc.bucket_size"] = .integer(2)
    let experiment = try TestExperiment(type, host)
    // Two frames for four labels.
    let losses = try experiment.run("test") { _ in [[1, 0, 2], [0, 1, -1]] }
    #expect(losses.allSatisfy { $0.isFinite && $0 > 0 })
    let report = try experiment.report("test")
    let accuracy = try #require(report.metrics["acc"])
    // Eight frames in all.
    #expect((accuracy * 8).rounded() == accuracy * 8)
    let shares = report.files["test_shares.jsonl"] ?? ""
    #expect(shares.split(separator: "\n").count == 2)
    #expect(shares.contains("\"metric\":\"acc\",\"possible\":4}"))
    let isBetterThanNothing = accuracy > 0
    #expect(
      report.saved == (isBetterThanNothing ? ["best-states-test.ckpt"] : []))
  }

  @Test func windowsHoldLaterFramesFirst() {
    #expect(
      PhoneLinearConcat.rows([0, 3, 4], width: 5) == [
        2, 1, 0, 0, 0,
        2, 2, 1, 0, 0,
        2, 2, 2, 1, 0,
        3, 3, 3, 3, 3,
      ])
  }

  @Test func anEvenWindowIsRefused() {
    host.config["modelrc.concat"] = .integer(8)
    #expect(throws: TestExperiment.Failure.self) {
      try experiment(PhoneLinearConcat.self)
    }
  }

  @Test(arguments: [
    ("7-8-0000 1 2 41\n", "below 41"), ("7-8-0000 1 -2\n", "below 41"),
    ("7-8-0000 1 x\n", "below 41"), ("7-8-0000\n", "and its phones"),
    ("7-8-0000 1\n7-8-0000 2\n", "already"), (" 1 2\n", "and its phones"),
    ("7-8-0000 1\n", "there is no line for"),
  ])
  func labelsThatCannotBeUsedSayWhy(text: String, reason: String) throws {
    try folder.write("converted_aligned_phones.txt", text)
    #expect {
      _ = try experiment().batches("train")
    } throws: {
      let failure = $0 as? TestExperiment.Failure
      return failure?.status == SUPERB_CORRUPT_DATA
        && failure?.message.contains(reason) == true
    }
  }
}
