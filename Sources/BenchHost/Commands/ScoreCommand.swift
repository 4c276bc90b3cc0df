import ArgumentParser

/// `superb score`: metrics of files that anybody wrote.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Compute a metric from files.",
    discussion: """
      Prints one JSON object with sorted keys. Rates are fractions unless a
      command says otherwise. Nothing depends on the order of lines.

        superb score wer --hyp test-hyp.ark --ref test-ref.ark
        superb score eer --scores test_predict.txt --trials veri_test.txt
        superb score der --hyp system.rttm --ref reference.rttm

      Input that cannot be scored as it is (an unknown, missing or repeated
      id, a malformed line, an empty file) is refused with its file and line.
      """,
    subcommands: [
      ScoreWER.self, ScoreCER.self, ScorePER.self, ScoreUER.self,
      ScoreEER.self, ScoreDER.self, ScoreTWV.self,
      ScoreSlots.self, ScoreAccuracy.self,
    ])
}
