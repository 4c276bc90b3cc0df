import Diagnostics
import Files
import Foundation
import Speech

/// Corpora of silence in the layouts of the published ones, for
/// measurements: a step's labels are as many as a real one's, and nobody
/// hears the audio.
///
/// They hold what training reads. The folder is gone when the value's last
/// copy is.
package struct StepCorpora: Sendable {
  /// Corpus roots by name.
  package let roots: [String: String]
  private let folder: OwnedFolder

  /// The name of every corpus.
  package static let names = [
    "speech_commands", "librispeech", "librispeech_lexicon", "audio_snips",
    "libri2mix", "voxceleb1",
  ]

  /// Makes all of them in a temporary folder.
  package init() throws {
    folder = try OwnedFolder()
    let path = folder.path
    roots = Dictionary(
      uniqueKeysWithValues: Self.names.map { ($0, path + "/" + $0) })
    let silence = try Silence(in: path)
    try Self.makeSpeechCommands(path + "/speech_commands", silence)
    try Self.makeLibriSpeech(path + "/librispeech", silence)
    try Self.write(
      "STEP S T EH1 P\nTIME T AY1 M D\n",
      to: path + "/librispeech_lexicon/librispeech-lexicon-200k-g2p.txt")
    try Self.write(
      "",
      to: path + "/librispeech_lexicon/librispeech-lexicon-allothers-g2p.txt")
    try Self.makeAudioSNIPS(path + "/audio_snips", silence)
    try Self.makeMixtures(path + "/libri2mix", silence)
    try Self.makeVoxCeleb(path + "/voxceleb1", silence)
  }

  // MARK: Corpora

  /// Every command, an unknown word and noise, and of each word clips of
  /// enough speakers that training and dev both have some.
  private static func makeSpeechCommands(
    _ root: String, _ silence: Silence
  ) throws {
    let words = [
      "yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go",
      "bed",
    ]
    for word in words {
      for clip in 0..<24 {
        try silence.link(.short, to: "\(root)/\(word)/\(clip)_nohash_0.wav")
      }
    }
    try silence.link(.short, to: "\(root)/_background_noise_/noise.wav")
  }

  /// Sentences as long as twelve seconds of speech: 160 letters, 128 phones.
  private static func makeLibriSpeech(
    _ root: String, _ silence: Silence
  ) throws {
    let chapter = root + "/train-clean-100/1/1"
    let sentence = (0..<32).map { $0 % 2 == 0 ? "STEP" : "TIME" }
      .joined(separator: " ")
    var text = ""
    for utterance in 0..<32 {
      let id = "1-1-\(1000 + utterance)"
      try silence.link(.short, to: "\(chapter)/\(id).flac")
      text += "\(id) \(sentence)\n"
    }
    try write(text, to: chapter + "/1-1.trans.txt")
  }

  /// Commands as long as three or four seconds of speech, and the 39 slots
  /// of SNIPS.
  private static func makeAudioSNIPS(
    _ root: String, _ silence: Silence
  ) throws {
    var text = ""
    for utterance in 0..<32 {
      let id = "Ivy-snips-train-\(utterance)"
      try silence.link(.short, to: "\(root)/train/\(id).wav")
      text +=
        "\(id) BOS ADD THE NEXT SONG TO MY PARTY MIX EOS\t"
        + "O O O O O O O slot0 slot0 AddToPlaylist\n"
    }
    try write(text, to: root + "/all.iob.snips.txt")
    try write(
      "O\n" + (0..<39).map { "slot\($0)" }.joined(separator: "\n"),
      to: root + "/slots.txt")
  }

  /// Recordings of one chunk, 40 seconds, in which two people take turns and
  /// overlap.
  private static func makeMixtures(_ root: String, _ silence: Silence) throws {
    let folder = root + "/train"
    var (waves, turns, people, durations) = ("", "", "", "")
    for recording in 0..<16 {
      let name = "mix\(10 + recording)"
      waves += "\(name) \(silence.path(of: .long))\n"
      durations += "\(name) 40\n"
      for turn in 0..<8 {
        let id = "\(name)-\(turn)"
        turns += "\(id) \(name) \(5 * turn).0 \(5 * turn + 6).0\n"
        people += "\(id) \(name)-speaker\(turn % 2)\n"
      }
    }
    try write(waves, to: folder + "/wav.scp")
    try write(turns, to: folder + "/segments")
    try write(people, to: folder + "/utt2spk")
    try write(durations, to: folder + "/reco2dur")
  }

  private static func makeVoxCeleb(_ root: String, _ silence: Silence) throws {
    for speaker in 0..<20 {
      try silence.link(
        .short, to: "\(root)/dev/wav/id100\(10 + speaker)/video/00001.wav")
    }
  }

  // MARK: Files

  private static func write(_ text: String, to path: String) throws {
    try makeParent(of: path)
    try AtomicFile.write(Data(text.utf8), to: path, flushed: false)
  }
}

private func makeParent(of path: String) throws {
  try makeFolder((path as NSString).deletingLastPathComponent)
}

/// Two files of silence, which all others are links to.
private struct Silence {
  enum Length: String {
    case short, long

    var seconds: Int { self == .short ? 4 : 40 }
  }

  private let folder: String

  init(in folder: String) throws {
    self.folder = folder
    for length in [Length.short, .long] {
      try AudioFile.write(
        [Float](repeating: 0, count: length.seconds * speechSampleRate),
        to: path(of: length), format: .wav16)
    }
  }

  func path(of length: Length) -> String {
    "\(folder)/\(length.rawValue).wav"
  }

  func link(_ length: Length, to path: String) throws {
    try makeParent(of: path)
    guard Foundation.link(self.path(of: length), path) == 0 else {
      throw UserError.system("cannot link a file", path)
    }
  }
}

/// A temporary folder that goes with its last user.
private final class OwnedFolder: Sendable {
  let path = NSTemporaryDirectory() + "superb-bench-" + uniqueName()

  init() throws { try makeFolder(path) }

  deinit { try? removeAll(path) }
}
