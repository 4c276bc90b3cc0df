import Files
import Foundation
import Speech

/// A split of mixtures as Kaldi lays data out. Files in wav.scp are relative
/// to the folder, so that it may be moved.
struct DataFolder {
  let mixtures: [SpeakerMixtures.Mixture]
  let turns: SourceTurns
  /// Where the mixtures stand, for errors.
  let table: String
  let folder: String

  /// Writes wav.scp, segments, utt2spk, spk2utt, reco2dur and rttm.
  func write() throws {
    var texts: [String: String] = [:]
    func add(_ name: String, _ line: String) {
      texts[name, default: ""] += line + "\n"
    }
    var spoken: [String: [String]] = [:]
    for mixture in mixtures {
      let wave = "wav/\(mixture.id).wav"
      add("wav.scp", "\(mixture.id) \(wave)")
      let info = try AudioFile.info("\(folder)/\(wave)")
      let seconds = Double(info.samples) / Double(info.sampleRate)
      add("reco2dur", "\(mixture.id) \(seconds)")
      for turn in try turns.of(mixture, in: table) {
        let utterance =
          "\(mixture.id)_\(Self.milliseconds(turn.start))"
          + "_\(Self.milliseconds(turn.end))"
        add("segments", "\(utterance) \(mixture.id) \(turn.start) \(turn.end)")
        add("utt2spk", "\(utterance) \(turn.speaker)")
        add(
          "rttm",
          "SPEAKER\t\(mixture.id)\t1\t\(turn.start)\t\(turn.end - turn.start)"
            + "\t<NA>\t<NA>\t\(turn.speaker)\t<NA>")
        spoken[turn.speaker, default: []].append(utterance)
      }
    }
    for (speaker, utterances) in spoken.sorted(by: { $0.key < $1.key }) {
      add("spk2utt", ([speaker] + utterances).joined(separator: " "))
    }
    for (name, text) in texts {
      try AtomicFile.write(Data(text.utf8), to: folder + "/" + name)
    }
  }

  /// Six digits.
  private static func milliseconds(_ seconds: Double) -> String {
    let text = "\(Int(seconds * 1000))"
    return String(repeating: "0", count: max(0, 6 - text.count)) + text
  }
}
