import Foundation

extension IEMOCAPDemo {
  /// One evaluation file a dialog: for every turn its time, name, emotion and
  /// dimensions, then what each annotator said.
  func evaluations(
    _ turns: [Turn], _ samples: [String: Int]
  ) -> [CorpusPlan.Document] {
    var order: [String] = []
    var texts: [String: String] = [:]
    var clock: [String: Double] = [:]
    for turn in turns {
      let folder = "Session\(turn.session)/dialog/EmoEvaluation"
      let path = "\(folder)/\(turn.dialog).txt"
      if texts[path] == nil {
        order.append(path)
        texts[path] =
          "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n"
      }
      let start = clock[path, default: 5] + turn.pause
      let length = Double(samples[turn.path] ?? 0) / Double(Clip.rate)
      clock[path] = start + length
      texts[path, default: ""] += entry(turn, start, start + length)
    }
    return order.map { .init(path: $0, text: texts[$0] ?? "") }
  }

  private func entry(_ turn: Turn, _ start: Double, _ end: Double) -> String {
    let emotion = turn.emotion
    let (valence, activation, dominance) = emotion.traits.dimensions
    let time = String(format: "[%.4f - %.4f]", start, end)
    let mean = String(
      format: "[%.4f, %.4f, %.4f]", valence, activation, dominance)
    var text = "\(time)\t\(turn.name)\t\(emotion.rawValue)\t\(mean)\n"
    for annotator in ["C-E2", "C-E3", "C-E4"] {
      text += "\(annotator):\t\(emotion.traits.word);\t()\n"
    }
    for annotator in ["A-E3", "A-E4"] {
      text +=
        "\(annotator):\tval \(Int(valence)); act \(Int(activation));"
        + " dom  \(Int(dominance));\t()\n"
    }
    return text + "\n"
  }

  /// For every session the list of its own turns, to be tested on, and that
  /// of the other four, to be trained on.
  func metaData(_ turns: [Turn]) -> [CorpusPlan.Document] {
    let kept = turns.filter { $0.emotion.label != nil }
    return (1...5).flatMap { session in
      [
        ("train", kept.filter { $0.session != session }),
        ("test", kept.filter { $0.session == session }),
      ].map { split, turns in
        CorpusPlan.Document(
          path: "meta_data/Session\(session)/\(split)_meta_data.json",
          text: Self.json(turns))
      }
    }
  }

  /// Every string here is letters, digits, "_", "." and "/", so none needs an
  /// escape.
  private static func json(_ turns: [Turn]) -> String {
    let entries = turns.map { turn in
      """
          {
            "path": "\(turn.path)",
            "label": "\(turn.emotion.label ?? "")",
            "speaker": "\(turn.name.prefix { $0 != "_" })"
          }
      """
    }
    return """
      {
        "labels": {"neu": 0, "hap": 1, "ang": 2, "sad": 3},
        "meta_data": [
      \(entries.joined(separator: ",\n"))
        ]
      }

      """
  }
}
