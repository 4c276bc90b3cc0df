import Foundation
import TaskABI
import Testing

@testable import TaskKit

@Suite struct QueryByExampleTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try write(queries: 4, documents: 9)
  }

  /// Query k is in documents k and k + 4.
  private func write(queries: Int, documents: Int) throws {
    func key(_ names: [String]) -> String {
      names.map { "db/\($0).wav nnenglish\n" }.joined()
        + "db/other.wav czech\n"
    }
    for set in ["dev", "eval"] {
      let names = (0..<queries).map { "q_\(set)_\($0)" }
      try folder.write(
        "scoring/language_key_\(set).lst",
        key(names.map { "\(set)_queries/\($0)" }))
      let truth = "scoring/groundtruth_quesst14_\(set)"
      try folder.write(
        "\(truth)/x.tlist.xml",
        "<termlist>"
          + (names + ["foreign"]).map { "<term termid=\"\($0)\"/>" }.joined()
          + "</termlist>")
      try folder.write(
        "\(truth)/x.ecf.xml",
        "<ecf>"
          + ((0..<documents).map { "d\($0)" } + ["other"]).map {
            "<excerpt audio_filename=\"\($0).wav\"/>"
          }.joined() + "</ecf>")
      try folder.write(
        "\(truth)/x.rttm",
        names.enumerated().flatMap { index, name in
          [index, index + 4].map {
            "LEXEME d\($0) 1 0.0 1.0 \(name) lex SELF <NA>\n"
          }
        }.joined() + "LEXEME other 1 0.0 1.0 foreign lex SELF <NA>\n")
    }
    try folder.write(
      "scoring/language_key_utterances.lst",
      key((0..<documents).map { "Audio/d\($0)" }))
  }

  private func host(_ config: [String: TestHost.Value] = [:]) -> TestHost {
    let host = TestHost(
      dim: 4, config: config, corpora: ["quesst2014": folder.path])
    host.extensions[SUPERB_DTW_EXTENSION] = TestWarping.table
    return host
  }

  private func experiment(
    _ config: [String: TestHost.Value] = [:]
  ) throws -> TestExperiment {
    try TestExperiment(QueryByExample.self, host(config))
  }

  /// Noise, with the query's frames in the middle of its documents.
  private func frames(
    _ utterance: TestExperiment.Utterance, queryFrames: Int = 6
  ) -> [[Float]] {
    let digits = Int(utterance.id.filter(\.isNumber)) ?? 0
    let isQuery = utterance.id.hasPrefix("q")
    func noise(_ seed: Int, _ count: Int) -> [[Float]] {
      var numbers = SeededNumbers(UInt64(seed))
      return (0..<count).map { _ in
        (0..<4).map { 3 * Float($0) + .random(in: -1...1, using: &numbers) }
      }
    }
    if isQuery { return noise(digits, queryFrames) }
    let body = noise(100 + digits, 8)
    guard digits < 8 else { return body }
    return body + noise(digits % 4, queryFrames) + noise(200 + digits, 5)
  }

  @Test func listsAreReadAndDocumentsComeTwice() throws {
    let experiment = try experiment(["datarc.batch_size": .integer(5)])
    let batches = try experiment.batches("dev")
    #expect(batches.map(\.count) == [5, 5, 5, 5, 2])
    let items = batches.flatMap { $0 }
    #expect(
      items.prefix(9).map(\.id) == [
        "q_dev_0", "d0", "q_dev_1", "d1", "q_dev_2", "d2", "q_dev_3", "d3",
        "d4",
      ])
    #expect(Set(items.prefix(13).map(\.id)).count == 13)
    #expect(items.suffix(9).map(\.id) == (0..<9).map { "d\($0)" })
    #expect(Set(items.map(\.tag)) == Set(0..<22))
    #expect(items[0].path == folder.path + "/dev_queries/q_dev_0.wav")
    #expect(items.allSatisfy { $0.gain == -3 })
  }

  @Test func queriesAreFound() throws {
    let experiment = try experiment()
    let losses = try experiment.run("eval", manyFrames: { frames($0) })
    #expect(losses.allSatisfy { $0 == 0 })
    let report = try experiment.report("eval")
    #expect(report.metrics["mtwv_searched"] == 1)
    // One term of five is of another language and is never found.
    #expect(abs((report.metrics["mtwv"] ?? 0) - 0.8) < 1e-9)
    let detections = try TermDetections(
      parsing: #require(report.files["benchmark.stdlist.xml"]))
    #expect(
      detections.terms.map(\.id) == (0..<4).map { "q_eval_\($0)" })
    for (row, term) in detections.terms.enumerated() {
      let best = term.detections.sorted { $0.score > $1.score }.prefix(2)
      #expect(Set(best.map(\.document)) == ["d\(row)", "d\(row + 4)"])
      let scores = term.detections.map(\.score)
      #expect(abs(scores.reduce(0, +)) < 1e-2)
      #expect(
        abs(scores.reduce(0) { $0 + $1 * $1 } / Double(scores.count) - 1)
          < 1e-2)
      #expect(term.detections.allSatisfy { $0.isAccepted == ($0.score > 2) })
    }
    #expect(report.predictions.map { $0[0] } == detections.terms.map(\.id))
    #expect(report.predictions[1][2] == "d1 d5")
    // All five terms with their documents, heard or not.
    let shares = report.files["eval_shares.jsonl"] ?? ""
    #expect(shares.split(separator: "\n").count == 5)
    #expect(
      shares.hasPrefix(
        "{\"counted\":2,\"id\":\"q_eval_0\",\"metric\":\"mtwv\",\"possible\":"))
  }

  @Test func scoresAreThoseOfTheDefinition() throws {
    let experiment = try experiment()
    _ = try experiment.run("eval", manyFrames: { frames($0) })
    let file = try experiment.report("eval").files["benchmark.stdlist.xml"]
    let detections = try TermDetections(parsing: #require(file))

    let utterances = Dictionary(
      try experiment.batches("eval").flatMap { $0 }.map { ($0.id, frames($0)) },
      uniquingKeysWith: { $1 })
    let all = utterances.values.flatMap { $0 }
    let normalized = utterances.mapValues { rows in
      rows.map { row in
        (0..<4).map { column -> Double in
          let values = all.map { Double($0[column]) }
          let mean = values.reduce(0, +) / Double(values.count)
          let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
          let deviation = (squares / Double(values.count - 1)).squareRoot()
          return (Double(row[column]) - mean) / deviation
        }
      }
    }
    for term in detections.terms {
      let scores = (0..<9).map {
        -TestWarping.distance(normalized[term.id]!, normalized["d\($0)"]!)
      }
      let mean = scores.reduce(0, +) / 9
      let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / 9).squareRoot()
      for (index, detection) in term.detections.enumerated() {
        #expect(detection.document == "d\(index)")
        #expect(
          abs(detection.score - (scores[index] - mean) / deviation) < 1e-3)
      }
    }
  }

  @Test(arguments: [1, 60, 200, 1000])
  func scoresDoNotDependOnPortionsOrBatches(portion: Int) throws {
    let whole = try experiment()
    _ = try whole.run("dev", manyFrames: { frames($0) })
    let other = host(["datarc.batch_size": .integer(3)])
    let context = try TaskContext(other.table)
    let expert = try QueryByExample(context, portion: portion)
    let entry = ExpertHandle(expert, context).handOver()
    let parted = TestExperiment(entry, other)
    _ = try parted.run("dev", manyFrames: { frames($0) })
    #expect(try parted.report("dev") == whole.report("dev"))
  }

  @Test func shortQueriesScoreZeroEverywhere() throws {
    let experiment = try experiment()
    _ = try experiment.run("eval") {
      $0.id == "q_eval_2" ? frames($0, queryFrames: 4) : frames($0)
    }
    let file = try experiment.report("eval").files["benchmark.stdlist.xml"]
    let detections = try TermDetections(parsing: #require(file))
    #expect(detections.terms[2].detections.map(\.score).allSatisfy { $0 == 0 })
    #expect(detections.terms[1].detections.contains { $0.score > 1 })
  }

  @Test func framesOfSilenceAreDropped() throws {
    let experiment = try experiment(["silence_frame": .integer(1)])
    // Column 3 is the largest of speech, column 1 that of these.
    let silence = Array(repeating: [0, 50, 50, 0] as [Float], count: 7)
    _ = try experiment.run("eval") { silence + frames($0) + silence }
    let clean = try self.experiment()
    _ = try clean.run("eval", manyFrames: { frames($0) })
    #expect(try experiment.report("eval") == clean.report("eval"))
  }

  @Test func theBeginningOfASplitCanBeScored() throws {
    let experiment = try experiment(["datarc.batch_size": .integer(1)])
    _ = try experiment.run("eval", batches: 8, manyFrames: { frames($0) })
    let report = try experiment.report("eval")
    let detections = try TermDetections(
      parsing: #require(report.files["benchmark.stdlist.xml"]))
    #expect(detections.terms.map(\.detections.count) == [4, 4, 4, 4])
    #expect(report.metrics["mtwv_searched"] == 1)

    _ = try experiment.run("eval", batches: 1, manyFrames: { frames($0) })
    let error = #expect(throws: TestExperiment.Failure.self) {
      try experiment.report("eval")
    }
    #expect(error?.status == SUPERB_INVALID_ARGUMENT)
  }

  @Test func anEvaluationMayBeRepeated() throws {
    let experiment = try experiment()
    var reports: [TestExperiment.Report] = []
    for _ in 0..<2 {
      _ = try experiment.run("eval", manyFrames: { frames($0) })
      reports.append(try experiment.report("eval"))
    }
    #expect(reports[0] == reports[1])
    #expect(try experiment.report("eval") == TestExperiment.Report())
  }

  @Test func silentDocumentsAreNamedAsAnError() throws {
    let experiment = try experiment()
    _ = try experiment.run("eval") { $0.id == "d5" ? [] : frames($0) }
    let error = #expect(throws: TestExperiment.Failure.self) {
      try experiment.report("eval")
    }
    #expect(error?.status == SUPERB_CORRUPT_DATA)
    #expect(error?.message.contains("'d5'") == true)
  }

  @Test(arguments: [
    ("dtwrc.dist_method", "cosine_neg_log"),
    ("dtwrc.step_pattern", "symmetric2"),
    ("dtwrc.step_pattern", "rabinerJuang"),
  ])
  func whatTheHostCannotAlignIsRefused(key: String, value: String) {
    let error = #expect(throws: TestExperiment.Failure.self) {
      try experiment([key: .text(value)])
    }
    #expect(error?.status == SUPERB_INVALID_ARGUMENT)
  }

  @Test(arguments: [
    ("scoring/language_key_dev.lst", "db/a.wav\n", ":1:"),
    ("scoring/language_key_dev.lst", "db/a.wav nnenglish\n", "'a'"),
    ("scoring/language_key_dev.lst", "db/q.wav czech\n", "nnenglish"),
    (
      "scoring/language_key_dev.lst",
      "db/q_dev_0.wav nnenglish\ndb/x/q_dev_0.wav nnenglish\n", ":2:"
    ),
    ("scoring/groundtruth_quesst14_dev/x.tlist.xml", "<termlist>\n", ":2:"),
    ("scoring/groundtruth_quesst14_dev/y.rttm", "", "2 files"),
    ("scoring/groundtruth_quesst14_dev/x.rttm", "", "occurs"),
  ])
  func damagedListsAreRefused(name: String, text: String, part: String) throws {
    try folder.write(name, text)
    let experiment = try experiment()
    let error = #expect(throws: TestExperiment.Failure.self) {
      try experiment.batches("dev")
    }
    #expect(error?.status == SUPERB_CORRUPT_DATA)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test func statisticsAreExactFarFromZero() throws {
    var statistics = PooledFrameStatistics(dim: 2)
    let rows: [[Float]] = [
      [10_000, 1], [10_001, 1], [10_002, 1], [10_005, 1],
    ]
    for row in rows { row.withUnsafeBufferPointer { statistics.add($0) } }
    let map = try #require(statistics.normalization())
    #expect(map.means == [10_002, 1])
    #expect(abs(map.deviations[0] - 2.160_246_8) < 1e-6)
    #expect(map.deviations[1] == 1e-9)
    #expect(PooledFrameStatistics(dim: 2).normalization() == nil)
  }
}

extension TestExperiment {
  /// Runs the first `batches` batches of a split, all by default, with
  /// features that `manyFrames` makes; returns the losses.
  func run(
    _ split: String, batches: Int64 = .max,
    manyFrames: (Utterance) -> [[Float]]
  ) throws -> [Float] {
    let loader = try loader(split)
    defer { loader.pointee.destroy(loader) }
    return try (0..<min(batches, loader.pointee.batch_count)).map { index in
      let batch = try batch(loader, index)
      let utterances = Self.utterances(batch).map(manyFrames)
      var offsets: [Int64] = [0]
      for rows in utterances {
        offsets.append(offsets.last! + Int64(rows.count))
      }
      var features = superb_features()
      features.struct_size = UInt32(MemoryLayout<superb_features>.size)
      features.count = UInt32(utterances.count)
      features.frames = host.engine.make(
        [Int(offsets.last!), Int(host.table.pointee.upstream_dim)],
        utterances.flatMap { $0.flatMap { $0 } })
      var loss: OpaquePointer?
      let status = offsets.withUnsafeBufferPointer {
        features.offsets = $0.baseAddress
        return Self.withPass(split) {
          expert.pointee.forward(expert, $0, batch, &features, &loss)
        }
      }
      guard status == SUPERB_OK else {
        throw Failure(
          status: status, message: host.failures.first?.message ?? "")
      }
      host.engine.endStep()
      return TestEngine.at(loss)?.values.first ?? .nan
    }
  }
}
