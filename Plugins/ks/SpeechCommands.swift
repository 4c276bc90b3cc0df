import TaskKit

/// Google's Speech Commands, version 0.01 or 0.02, and its test set.
final class SpeechCommands {
  static let commands = [
    "yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go",
  ]
  static let unknown = 10
  static let silence = 11
  static let classes = commands + ["_unknown_", "_silence_"]

  private static let noiseFolder = "_background_noise_"
  /// One second.
  private static let cropLength = 16_000
  /// The protocol's effect chain lowers every clip by 3 dB.
  private static let gain = -3.0

  private let words: Corpus
  private let testSet: Corpus
  private let splits = Splits<[Item]>()
  private var parts: (train: [Item], dev: [Item])?

  init(words: Corpus, test: Corpus) {
    self.words = words
    testSet = test
  }

  /// The clips of a split; a tag is a class.
  func items(split: String) throws -> [Item] {
    try splits(split) {
      switch split {
      case "train": try wordsAndNoise().train
      case "dev": try wordsAndNoise().dev
      default: try test()
      }
    }
  }

  /// The test set's twelve class folders, in the order of their names.
  private func test() throws -> [Item] {
    let root = try testSet.folder()
    let items = try root.folders().flatMap { folder -> [Item] in
      guard let label = Self.classes.firstIndex(of: folder.name) else {
        return []
      }
      return try folder.files(endingIn: ".wav").map {
        Self.item($0, in: folder, label)
      }
    }
    guard !items.isEmpty else {
      throw TaskError.notFound(
        "\(root.path): no wav files in folders yes, no, …, _unknown_, "
          + "_silence_. Set 'speech_commands_test' to the separate test set.")
    }
    return items
  }

  /// Where a file name's hash puts it, in percent: below 10 is dev, below 20
  /// is left out, the rest is train. Recordings of one speaker, which share
  /// what stands before "_nohash_", stay together.
  static func position(of fileName: String) -> Double {
    var key = fileName[...]
    if let mark = fileName.firstRange(of: "_nohash_") {
      key = fileName[..<mark.lowerBound]
    }
    let hash = Digest.sha1(String(key)).remainder(bits: 27)
    return Double(hash) * (100 / Double(1 << 27 - 1))
  }

  private func wordsAndNoise() throws -> (train: [Item], dev: [Item]) {
    if let parts { return parts }
    let root = try words.folder()
    var train: [Item] = []
    var dev: [Item] = []
    for folder in try root.folders() where folder.name != Self.noiseFolder {
      let label = Self.commands.firstIndex(of: folder.name) ?? Self.unknown
      for name in try folder.files(endingIn: ".wav") {
        let position = Self.position(of: name)
        let item = Self.item(name, in: folder, label)
        if position < 10 {
          dev.append(item)
        } else if position >= 20 {
          train.append(item)
        }
      }
    }
    guard !train.isEmpty, !dev.isEmpty else {
      throw TaskError.notFound(
        "\(root.path): \(train.count) wav files for train and \(dev.count) "
          + "for dev in its word folders. Set 'speech_commands' to the folder "
          + "that holds yes, no, …, _background_noise_.")
    }
    let noise = try backgroundNoise(root)
    parts = (train + noise, dev + noise)
    return (train + noise, dev + noise)
  }

  /// Minutes of noise, of which a second is heard at a time. All of them are
  /// in train and in dev, as the class of silence.
  private func backgroundNoise(_ root: Folder) throws -> [Item] {
    let folder = try Folder(
      root[Self.noiseFolder],
      fix: "It is part of the corpus and makes the class '_silence_'.")
    return try folder.files(endingIn: ".wav").map {
      var item = Self.item($0, in: folder, Self.silence)
      item.audio.crop = Crop(length: Self.cropLength)
      return item
    }
  }

  /// A recording with the corpus's gain.
  static func asHeard(_ audio: AudioSource) -> AudioSource {
    var audio = audio
    audio.gain = gain
    return audio
  }

  private static func item(
    _ name: String, in folder: Folder, _ label: Int
  ) -> Item {
    Item(
      id: "\(folder.name)-\(name)", tag: label,
      audio: asHeard(AudioSource(path: folder[name])))
  }
}
