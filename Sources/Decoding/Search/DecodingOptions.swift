import Diagnostics

/// What the search takes from its user, under flashlight-text's names and with
/// its meaning.
package struct DecodingOptions: Sendable, Equatable {
  /// What the acoustic model was trained with.
  package enum Criterion: String, CaseIterable, Sendable {
    case ctc, asg
  }

  /// Hypotheses that are kept after each frame.
  package var beamSize = 50
  /// Tokens that are considered in each frame, the likeliest; nil for all.
  package var beamSizeToken: Int?
  /// Hypotheses worse than the frame's best by more than this are dropped.
  package var beamThreshold = 25.0
  /// Times the language model's log₁₀.
  package var lmWeight = 2.0
  /// Added for each word of the lexicon.
  package var wordScore = 0.0
  /// Added for each unknown word; −∞ forbids them.
  package var unkScore = -Double.infinity
  /// Added for each frame of silence.
  package var silScore = 0.0
  /// Whether hypotheses that meet add their probabilities; else the better
  /// one stands for both.
  package var logAdd = false
  package var criterion = Criterion.ctc
  package var smearing = Smearing.max
  /// Whether the language model is over tokens although there is a lexicon.
  package var lmOverTokens = false

  package init() {}

  /// - Throws: `UserError` for a beam that holds nothing and for NaN.
  package func validate() throws {
    func check(_ isRight: Bool, _ what: String, _ option: String) throws {
      if !isRight { throw UserError(what, at: option) }
    }
    try check(beamSize >= 1, "the beam holds no hypothesis", "--beam-size")
    try check(
      (beamSizeToken ?? 1) >= 1, "the beam considers no token",
      "--beam-size-token")
    try check(
      beamThreshold >= 0, "the threshold must be 0 or more",
      "--beam-threshold")
    try check(lmWeight.isFinite, "the weight must be finite", "--lm-weight")
    try check(wordScore.isFinite, "the score must be finite", "--word-score")
    try check(
      !unkScore.isNaN && unkScore < .infinity,
      "the score must be a number or -inf", "--unk-score")
    try check(silScore.isFinite, "the score must be finite", "--sil-score")
  }
}
