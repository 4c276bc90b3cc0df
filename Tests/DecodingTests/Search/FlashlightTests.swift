import Foundation
import Testing

@testable import Decoding

/// The search against flashlight-text's, on what `make_fixtures.py` wrote.
@Suite struct FlashlightTests {
  @Test func everySettingGivesTheSameHypothesesAndScores() throws {
    let fixture = try FlashlightFixture()
    var utterances = fixture.shared.utterances
    #expect(utterances >= 200 && fixture.settings.count >= 30)
    #if DEBUG
      // Without optimisation the searches take a hundred times as long.
      utterances = 8
    #endif
    for (index, setting) in fixture.settings.enumerated() {
      let decoder = try fixture.decoder(setting)
      let found = try decoder.decode(
        count: utterances, best: 10, threads: 2
      ) { utterance in
        Utterance(id: "\(utterance)", emissions: fixture.emissions(utterance))
      }
      var wrong: [String] = []
      for utterance in 0..<utterances {
        if let fault = fault(
          found[utterance], setting.results[utterance],
          setting.best[utterance], in: setting)
        {
          wrong.append("setting \(index), utterance \(utterance): \(fault)")
        }
      }
      #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
    }
  }

  /// What is wrong with an n-best list; hypotheses of equal score may stand
  /// in any order.
  private func fault(
    _ found: [Hypothesis], _ wanted: [FlashlightFixture.Scored],
    _ best: FlashlightFixture.Best?, in setting: FlashlightFixture.Setting
  ) -> String? {
    guard found.count >= wanted.count else {
      return "\(found.count) hypotheses, not \(wanted.count)"
    }
    for (mine, theirs) in zip(found, wanted) {
      guard isNear(mine.score, theirs.score) else {
        return "score \(mine.score), not \(theirs.score)"
      }
      let isThere = found.contains {
        isNear($0.score, theirs.score)
          && text($0, setting.lexicon != nil) == theirs.text
      }
      guard isThere else {
        return "'\(text(mine, setting.lexicon != nil))', not '\(theirs.text)'"
      }
    }
    guard let best else { return nil }
    let isTied =
      found.count > 1 && isNear(found[0].score, found[1].score)
    guard !isTied else { return nil }
    guard isNear(found[0].acousticScore, best.acoustic),
      isNear(found[0].languageScore, best.language)
    else {
      return "parts \(found[0].acousticScore) and \(found[0].languageScore)"
        + ", not \(best.acoustic) and \(best.language)"
    }
    var previous: Character?
    var collapsed = ""
    for character in best.path {
      if character != previous, character != "-" {
        collapsed.append(character)
      }
      previous = character
    }
    return found[0].tokens.joined() == collapsed
      ? nil : "path \(found[0].tokens), not \(best.path)"
  }

  private func text(_ hypothesis: Hypothesis, _ hasLexicon: Bool) -> String {
    hasLexicon
      ? hypothesis.words.joined(separator: " ") : hypothesis.tokens.joined()
  }

  private func isNear(_ a: Double, _ b: Double) -> Bool {
    abs(a - b) <= 1e-4 * max(1, abs(b) / 100)
  }
}
