import Files
import Foundation
import Testing

/// Emotion recognition, with a fold for each session.
@Suite struct FoldTests {
  private static let benchmark = """
    upstreams: [fbank_no_cmvn]
    corpora: {iemocap: CORPORA/iemocap}
    tasks:
      emotion:
        runner: {total_steps: 60, eval_step: 20, gradient_accumulate_steps: 1}
        optimizer: {lr: 1.0e-2}

    """

  @Test func cellIsTheMeanOfItsFolds() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let run = try folder.superb("run", "--jobs", "2")
    #expect(run.exitCode == 0, "\(run.errors)")
    let mean = try folder.result("fbank_no_cmvn", "emotion")
    #expect(mean.folds.map(\.name) == (1...5).map { "fold\($0)" })
    let figures = mean.folds.compactMap { fold in
      fold.metrics.first { $0.isPrimary }?.value
    }
    #expect(figures.count == 5)
    let primary = try #require(mean.primaryMetric)
    #expect(abs(primary.value - figures.reduce(0, +) / 5) < 1e-12)
    #expect(primary.value > 0.8)
    // The hidden states of a fold serve all of them.
    #expect(mean.cost.upstreamPasses == 60)
    #expect(
      try folder.results().keys.filter { $0.contains("/fold") }.count == 5)
    #expect(try folder.superb("run").errors.contains("done before"))
  }

  @Test func oneFoldAloneIsAnExperimentOfItsOwn() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let run = try folder.superb(
      "run", "-o", "config.downstream_expert.datarc.test_fold='fold2'")
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try folder.result("fbank_no_cmvn", "emotion")
    #expect(result.folds.isEmpty)
    #expect(try folder.results().count == 1)
  }

  @Test func failedFoldMarksTheCellAndIsRunAgainAlone() throws {
    let folder = try BenchmarkFolder(
      Self.benchmark.replacingOccurrences(
        of: "CORPORA/iemocap", with: "iemocap"))
    for session in 1...5 {
      let name = "iemocap/Session\(session)"
      try makeFolder(above: folder.path + "/" + name)
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/" + name,
        withDestinationPath: try ToneCorpus.shared.get().path + "/" + name)
    }
    let list = "iemocap/meta_data/Session3/test_meta_data.json"
    try folder.write(list, "no list at all")
    let run = try folder.superb("run")
    #expect(run.exitCode == 1)
    let cell = try folder.result("fbank_no_cmvn", "emotion")
    #expect(cell.status == .failed)
    #expect(cell.failure?.reason.hasPrefix("fold3: ") == true)
    #expect(cell.failure?.reason.contains("test_meta_data.json") == true)
    #expect(try folder.superb("report").output.contains("fold3"))

    // A list alone that is gone from a folder that is still there would be a
    // change for every fold: the task may have read it.
    try FileManager.default.removeItem(
      atPath: folder.path + "/iemocap/meta_data")
    let before = try folder.results().filter {
      $0.key.contains("/fold") && $0.value.status == .done
    }
    #expect(before.count == 4)
    let again = try folder.superb("run")
    #expect(again.exitCode == 0, "\(again.errors)")
    let after = try folder.results()
    // The four that were done are as they were, to the second.
    for (file, result) in before { #expect(after[file] == result) }
    #expect(try folder.result("fbank_no_cmvn", "emotion").status == .done)
  }
}
