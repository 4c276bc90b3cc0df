import Foundation
import Testing

@testable import Decoding

@Suite struct RescoringTests {
  private let dump = """
    {"id":"u","words":["a","b"],"score":0,"am_score":-1,"lm_score":-4}
    {"id":"u","words":["a","c"],"score":0,"am_score":-2,"lm_score":-1}
    {"id":"v","words":["d"],"score":0,"am_score":-3,"lm_score":-3}

    """
  private let references = References(["u": ["a", "c"], "v": ["d", "e"]])

  @Test func weightsChooseAmongHypotheses() throws {
    try withTemporaryFile(dump) { path in
      let rescorer = try Rescorer(
        BeamDump(path: path), references: references)
      #expect(rescorer.features == ["lm", "words"])
      #expect(rescorer.errors([0, 0]) == WordErrors(errors: 2, words: 4))
      #expect(rescorer.errors([1, 0]) == WordErrors(errors: 1, words: 4))
      #expect(rescorer.oracle == WordErrors(errors: 1, words: 4))
      let found = rescorer.search([[0, 1], [0]])
      #expect(found.map(\.errors.errors) == [2, 1])
      #expect(rescorer.choices([1, 0]).map(\.words) == [["a", "c"], ["d"]])
    }
  }

  @Test func externalScoresCountAsPerplexitiesOrLogarithms() throws {
    try withTemporaryFile(dump) { path in
      let dump = try BeamDump(path: path)
      try withTemporaryFile("1\n10\n100\n") { scores in
        let found = try Rescorer.scores(path: scores, kind: .ppl, dump: dump)
        #expect(found[0] == 0 && abs(found[1] + 3 * log(10.0)) < 1e-12)
        let plain = try Rescorer.scores(
          path: scores, kind: .logprob, dump: dump)
        #expect(plain == [1, 10, 100])
      }
      try withTemporaryFile("1\nx\n") { scores in
        expectUserError("file:2: 'x' is no score") {
          try Rescorer.scores(path: scores, kind: .ppl, dump: dump)
        }
      }
      try withTemporaryFile("1\n2\n") { scores in
        expectUserError("2 scores for 3 hypotheses") {
          try Rescorer.scores(path: scores, kind: .ppl, dump: dump)
        }
      }
    }
  }

  @Test func bothFormsOfADumpAreReadBack() throws {
    try withTemporaryFile(dump) { path in
      let dump = try BeamDump(path: path)
      for text in [try dump.jsonLines(), dump.wav2letterLines(references)] {
        try withTemporaryFile(text) { path in
          let again = try BeamDump(path: path)
          #expect(again.ids == dump.ids && again.entries == dump.entries)
        }
      }
      #expect(
        dump.wav2letterLines(references).hasPrefix(
          "u | 0.000000 | -1.000000 | -4.000000 | 50.000000 | a b\n"))
    }
  }

  @Test func aGridIsRangesAndLists() throws {
    let grid = try WeightGrid(
      "lm-weight=0:1:0.5,word_score=-1;2", known: ["lm_weight", "word_score"],
      at: "--grid")
    #expect(grid.values == [[0, 0.5, 1], [-1, 2]])
    #expect(grid.count == 6 && grid.combination(1) == [0, 2])
    #expect(grid.combination(4) == [1, -1])
    let draws = grid.draws(50, seed: 3)
    #expect(draws == grid.draws(50, seed: 3))
    #expect(
      draws.allSatisfy { (0...1).contains($0[0]) && (-1...2).contains($0[1]) })
    for bad in ["", "x=1", "lm_weight", "lm_weight=1:0:1", "lm_weight=a"] {
      expectUserError("--grid") {
        try WeightGrid(bad, known: ["lm_weight"], at: "--grid")
      }
    }
  }

  @Test func aSweepThatWasStoppedGoesOn() throws {
    try withTemporaryFile("") { path in
      let folder = path + "-sweep"
      let trial = SweepLog.Trial(
        settings: ["lm_weight": 1], errors: 3, words: 10, subject: "s")
      try SweepLog(folder: folder).append(trial)
      // Killed within the next line.
      let file = try #require(
        FileHandle(forWritingAtPath: folder + "/trials.jsonl"))
      try file.seekToEnd()
      try file.write(contentsOf: Data("{\"errors\":2,\"se".utf8))
      try file.close()
      let log = try SweepLog(folder: folder)
      #expect(log.trials == [trial])
      #expect(log.trial(["lm_weight": 1], subject: "s") == trial)
      #expect(log.trial(["lm_weight": 1], subject: "t") == nil)
      var better = trial
      better.settings = ["lm_weight": 2]
      better.errors = 1
      try log.append(better)
      #expect(
        SweepLog.ranked(try SweepLog.collect(path + "-sweep"))
          == [better, trial])
    }
  }

  @Test func wordErrorsAreAsFewAsPossible() {
    #expect(
      WordErrors.between(["a", "c", "d"], ["a", "b", "c"])
        == WordErrors(errors: 2, words: 3))
    #expect(WordErrors.between([], ["a"]).rate == 1)
  }
}
