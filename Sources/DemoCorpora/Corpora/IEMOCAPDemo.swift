import Foundation

/// IEMOCAP.
///
///     Session<k>/sentences/wav/<dialog>/<turn>.wav
///     Session<k>/dialog/EmoEvaluation/<dialog>.txt
///     meta_data/Session<k>/{train,test}_meta_data.json
struct IEMOCAPDemo: DemoCorpus {
  var name: String { "iemocap" }
  var version: Int { 2 }

  /// One turn of a dialog.
  struct Turn: Sendable {
    var session: Int
    var dialog: String
    var name: String
    var emotion: Emotion
    /// Silence before it, in seconds.
    var pause: Double

    var path: String { "Session\(session)/sentences/wav/\(dialog)/\(name).wav" }
  }

  func plan(seed: UInt64, size: DemoSize) -> CorpusPlan {
    var clips: [Clip] = []
    var turns: [Turn] = []
    for session in 1...5 {
      var draws = Draws(seed: seed, "\(name)/Session\(session)")
      let cast = ["F": voice("F", &draws), "M": voice("M", &draws)]
      let gender = draws.pick(["F", "M"])
      let head = "Ses0\(session)\(gender)"
      let dialogs = size(
        ["impro01", "impro02", "impro03", "script01_1", "script02_1"],
        tiny: ["impro01"])
      for dialog in dialogs.map({ "\(head)_\($0)" }) {
        let emotions = size(
          draws.shuffled(Emotion.deck), tiny: Emotion.allCases)
        var spoken = ["F": 0, "M": 0]
        for (index, emotion) in emotions.enumerated() {
          let who = index.isMultiple(of: 2) ? "F" : "M"
          guard let voice = cast[who], let number = spoken[who] else {
            continue
          }
          spoken[who] = number + 1
          let turn = Turn(
            session: session, dialog: dialog,
            name: "\(dialog)_\(who)\(String(format: "%03d", number))",
            emotion: emotion, pause: draws.uniform(0.2...2))
          turns.append(turn)
          clips.append(clip(of: turn, by: voice, &draws))
        }
      }
    }
    return CorpusPlan(clips: clips) { [turns] samples in
      evaluations(turns, samples) + metaData(turns)
    }
  }

  private func voice(_ gender: String, _ draws: inout Draws) -> Voice {
    Voice(
      accent: "en-us",
      variant: draws.pick(
        gender == "F"
          ? ["f1", "f2", "f3", "f4"] : ["m1", "m2", "m3", "m4", "m7"]),
      spread: .mild, &draws)
  }

  private func clip(
    of turn: Turn, by voice: Voice, _ draws: inout Draws
  ) -> Clip {
    let manner = turn.emotion.traits.manner
    return Clip(
      path: turn.path,
      source: .speech(
        draws.pick(Self.lines), voice,
        Delivery(
          pitch: manner.pitch + draws.integer(-6...6),
          range: manner.range * draws.uniform(0.85...1.15),
          rate: manner.rate * draws.uniform(0.92...1.08),
          tilt: manner.tilt + draws.uniform(-1...1))),
      length: .natural(0.05...0.2, &draws),
      level: -26 + manner.level + draws.uniform(-2.5...2.5),
      channel: [.highPass(60)], floor: draws.uniform(-60 ... -54))
  }

  /// What is said tells nothing about the emotion.
  private static let lines = [
    "I told you about it yesterday", "what do you want me to say",
    "did you get the letter", "I have been waiting for an hour",
    "we are going home now", "you know what this means",
    "they called me this morning", "it was not my idea at all",
    "so that is what happened", "I do not think he will come back",
    "let me see that again", "there is nothing else to do",
    "this is the third time this week", "she is going to be here soon",
    "I cannot believe that you did this", "tell me what the man said",
    "you were right about the car", "we have to talk about the wedding",
  ]
}
