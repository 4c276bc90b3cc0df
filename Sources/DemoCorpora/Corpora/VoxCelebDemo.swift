import Foundation

/// VoxCeleb1.
///
///     {dev,test}/wav/idXXXXX/<video>/NNNNN.wav
///     veri_test_class.txt   1 (train), 2 (dev) or 3 (test) for every file
///     veri_test.txt         verification trials over test/wav
struct VoxCelebDemo: DemoCorpus {
  var name: String { "voxceleb1" }
  var version: Int { 2 }

  private struct Speaker: Sendable {
    /// "dev" or "test": the tree that the speaker's files are in.
    var tree: String
    /// Paths relative to `tree`/wav, one list a video.
    var videos: [[String]] = []
  }

  func plan(seed: UInt64, size: DemoSize) -> CorpusPlan {
    var draws = Draws(seed: seed, name)
    let tested = size(4, tiny: 2)
    let count = size(22, tiny: 4)
    // Verification is tested on the forty people whose names begin with E.
    let testIDs = draws.shuffled(Array(10_270...10_309)).prefix(tested)
    let devIDs = draws.shuffled(
      Array(10_001...10_269) + Array(10_310...11_251)
    ).prefix(count - tested)
    let variants = draws.shuffled(Voice.femaleVariants + Voice.maleVariants)
    var clips: [Clip] = []
    var speakers: [Speaker] = []
    for (index, id) in (Array(testIDs) + Array(devIDs)).sorted().enumerated() {
      let tree = testIDs.contains(id) ? "test" : "dev"
      let voice = Voice(
        accent: draws.pick(Voice.accents),
        variant: variants[index % variants.count], spread: .strong, &draws)
      var speaker = Speaker(tree: tree)
      for _ in 0..<size(6, tiny: 3) {
        let video = draws.string(
          11,
          of: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
            + "0123456789_-")
        speaker.videos.append(
          record("id\(id)/\(video)", voice, tree, size, &clips, &draws))
      }
      speakers.append(speaker)
    }
    let documents = [
      CorpusPlan.Document(
        path: "veri_test_class.txt", text: identification(speakers)),
      CorpusPlan.Document(
        path: "veri_test.txt",
        text: trials(
          speakers.filter { $0.tree == "test" }, size(200, tiny: 8), &draws)),
    ]
    return CorpusPlan(clips: clips) { _ in documents }
  }

  /// The utterances of one video, which share a microphone and a room.
  private func record(
    _ video: String, _ voice: Voice, _ tree: String, _ size: DemoSize,
    _ clips: inout [Clip], _ draws: inout Draws
  ) -> [String] {
    let channel: [Band] = [
      .highPass(draws.uniform(40...200)), .tilt(draws.uniform(-5...5)),
      .peak(draws.uniform(300...4000), gain: draws.uniform(-6...6), width: 1),
    ]
    let floor = draws.uniform(-60 ... -46)
    let level = draws.uniform(-27 ... -19)
    return (1...size(3, tiny: 1)).map { number in
      let path = "\(video)/\(String(format: "%05d", number)).wav"
      // Some are longer than the eight seconds that training crops to.
      let sentences = draws.integer(below: 24) == 0 ? 3 : 1
      let text = (0..<sentences).map { _ in Sentences.draw(&draws) }
        .joined(separator: ", and ")
      clips.append(
        Clip(
          path: "\(tree)/wav/\(path)",
          source: .speech(
            text, voice,
            Delivery(
              pitch: draws.integer(-5...5), range: draws.uniform(0.7...1.3),
              rate: draws.uniform(0.95...1.2))),
          length: .natural(0...0.3, &draws),
          level: level + draws.uniform(-1.5...1.5), channel: channel,
          floor: floor))
      return path
    }
  }

  /// The last video of every speaker is for testing, the one before it for
  /// development, the others are for training.
  private func identification(_ speakers: [Speaker]) -> String {
    speakers.flatMap { speaker in
      speaker.videos.enumerated().flatMap { index, paths in
        let split = max(1, index + 4 - speaker.videos.count)
        return paths.map { "\(split) \($0)\n" }
      }
    }.joined()
  }

  /// Target and non-target trials in turn. Those of one speaker are from two
  /// videos.
  private func trials(
    _ speakers: [Speaker], _ count: Int, _ draws: inout Draws
  ) -> String {
    (0..<count).map { index in
      let isTarget = index.isMultiple(of: 2)
      let pair = draws.shuffled(speakers).prefix(2)
      guard let first = pair.first, let other = pair.last else { return "" }
      let videos = draws.shuffled(first.videos).prefix(2)
      guard let video = videos.first, let second = videos.last else {
        return ""
      }
      let enrolled = draws.pick(video)
      let tested =
        draws.pick(isTarget ? second : draws.pick(other.videos))
      return "\(isTarget ? 1 : 0) \(enrolled) \(tested)\n"
    }.joined()
  }
}
