import ArgumentParser
import Diagnostics
import TaskKit

/// `superb score slots`.
struct ScoreSlots: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slots",
    abstract: "Metrics of slot filling.",
    discussion: """
      Files have a line '<id> <text>' for each utterance, with slots marked as
      in 'PLAY B-artist ABBA E-artist'. The slot_edit_f1 figures are in
      percent, all others fractions. A figure is null where the reference has
      nothing to compare with.
      """)

  @OptionGroup var files: HypothesisAndReference

  func run() throws {
    var score = SlotFillingScore()
    for pair in try files.pairs() {
      score.add(hypothesis: pair.hypothesis, reference: pair.reference)
    }
    try printScore([
      "slot_type_f1": score.typeF1,
      "slot_value_cer": score.valueCER,
      "slot_value_wer": score.valueWER,
      "slot_edit_f1_full": score.editF1Full,
      "slot_edit_f1_part": score.editF1Part,
      "cer": score.textCharacters.rate,
      "wer": score.textWords.rate,
      "utterances": Double(score.utterances),
    ])
  }
}
