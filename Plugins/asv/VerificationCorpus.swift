import Foundation
import TaskKit

/// VoxCeleb1 for verification: the people of dev/wav for training, the
/// recordings of a list of trials for evaluation.
final class VerificationCorpus {
  /// Where utterances and trials come from.
  struct Settings {
    /// Lists of trials; nil for the corpus's own, or for pairs drawn here.
    var testTrials: String?
    var devTrials: String?
    var drawnTrials: Int
    /// People of the training set that drawn trials are about.
    var drawnSpeakers: Int
    /// Utterances of training are longer than this, in samples.
    var shortest: Int
    /// Columns of the classifier.
    var speakerCount: Int
  }

  /// The protocol's effect chain: lowered by 3 dB, silence removed.
  private static let gain = -3.0

  private let context: TaskContext
  private let corpus: Corpus
  private let settings: Settings
  private let splits = Splits<[Item]>()
  private var lists: [String: [TrialList.Trial]] = [:]

  init(_ context: TaskContext, _ corpus: Corpus, _ settings: Settings) {
    self.context = context
    self.corpus = corpus
    self.settings = settings
  }

  /// Utterances of training, or the recordings of a split's trials.
  func items(split: String) throws -> [Item] {
    try splits(split) { try split == "train" ? train() : tested(split) }
  }

  /// Every utterance of dev/wav that is long enough without its silence; a
  /// tag is the speaker's place among the folders' names.
  private func train() throws -> [Item] {
    let all = try recordings()
    let tree = try corpus.folder()["dev/wav/"]
    let candidates = all.map {
      Self.item(
        TrialList.Recording($0.path).name, tag: $0.speaker, tree + $0.path)
    }
    let lengths = try context.audioLengths(candidates.map(\.audio))
    let items = zip(candidates, lengths).filter { $1 > settings.shortest }
      .map(\.0)
    guard !items.isEmpty else {
      throw TaskError.corruptData(
        "none of the \(all.count) recordings in \(tree) "
          + "has more than \(settings.shortest) samples without its silence")
    }
    return items
  }

  /// The trials of "dev" or "test".
  func trials(_ split: String) throws -> [TrialList.Trial] {
    if let known = lists[split] { return known }
    let root = try corpus.folder()
    let trials: [TrialList.Trial]
    if split == "test" {
      trials = try TrialList.read(
        settings.testTrials ?? root["veri_test.txt"],
        fix: "It is VoxCeleb1's list of trials. Put it into the corpus, or "
          + "set downstream_expert.datarc.test_trials to its path.")
    } else if let path = settings.devTrials {
      trials = try TrialList.read(
        path, fix: "Correct downstream_expert.datarc.dev_trials.")
    } else {
      do {
        trials = try TrialList.draw(
          settings.drawnTrials, speakers: settings.drawnSpeakers,
          from: recordings().map(\.path),
          random: context.random("dev-trials"))
      } catch let error as TaskError where error.status == .corruptData {
        throw TaskError(error.status, "\(root.path): \(error.message)")
      }
    }
    lists[split] = trials
    return trials
  }

  /// The recordings of a split's trials, each once, in the order in which
  /// the trials name them.
  private func tested(_ split: String) throws -> [Item] {
    let root = try corpus.folder()
    let tree = root[split] + "/wav/"
    var seen: Set<String> = []
    return try trials(split).flatMap { [$0.first, $0.second] }
      .filter { seen.insert($0.name).inserted }
      .map { recording in
        let path = tree + recording.path
        guard FileManager.default.fileExists(atPath: path) else {
          throw TaskError.notFound(
            "\(path): no such file, and the trials of '\(split)' name it. "
              + "Complete the corpus, or shorten the list.")
        }
        return Self.item(recording.name, tag: 0, path)
      }
  }

  private var all: [(path: String, speaker: Int)]?

  /// Every recording of dev/wav, in the order of names.
  private func recordings() throws -> [(path: String, speaker: Int)] {
    if let all { return all }
    let root = try corpus.folder()
    let tree = try Folder(
      root["dev/wav"],
      fix: "Set 'voxceleb1' to the folder that holds dev and test.")
    let speakers = try tree.folders()
    guard speakers.count <= settings.speakerCount else {
      throw TaskError.invalidArgument(
        "\(tree.path) has \(speakers.count) speakers, and "
          + "downstream_expert.modelrc.speakers is \(settings.speakerCount)")
    }
    var found: [(path: String, speaker: Int)] = []
    for (label, speaker) in speakers.enumerated() {
      try context.progress(
        Double(label) / Double(speakers.count), "finding recordings")
      for video in try speaker.folders() {
        for name in try video.files(endingIn: ".wav") {
          found.append(("\(speaker.name)/\(video.name)/\(name)", label))
        }
      }
    }
    guard !found.isEmpty else {
      throw TaskError.notFound(
        "\(tree.path): no <speaker>/<video>/<utterance>.wav")
    }
    all = found
    return found
  }

  /// A recording as the corpus's are heard.
  static func asHeard(_ audio: AudioSource) -> AudioSource {
    var audio = audio
    audio.gain = gain
    audio.trimsSilence = true
    return audio
  }

  private static func item(_ id: String, tag: Int, _ path: String) -> Item {
    Item(
      id: id, tag: tag,
      audio: asHeard(AudioSource(path: path)))
  }
}
