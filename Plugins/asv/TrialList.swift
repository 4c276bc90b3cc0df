import TaskKit

/// Pairs of recordings, and whether one person speaks in both.
enum TrialList {
  /// A recording, by its path below a tree's wav folder.
  struct Recording: Hashable {
    let path: String

    init(_ path: String) { self.path = path }

    /// "id10001-video-00001" for "id10001/video/00001.wav".
    var name: String {
      let stem = path.lastIndex(of: ".").map { path[..<$0] } ?? path[...]
      return stem.split(separator: "/").joined(separator: "-")
    }
  }

  struct Trial: Equatable {
    let isTarget: Bool
    let first: Recording
    let second: Recording

    /// As the file of scores calls it.
    var name: String { first.name + "_" + second.name }
  }

  /// Reads lines `<1|0> path path`, 1 for one person.
  static func read(_ path: String, fix: String) throws -> [Trial] {
    try TextFile(path, fix: fix).parsed(VerificationTrials.init(parsing:))
      .trials.map {
        Trial(
          isTarget: $0.isTarget, first: Recording($0.first),
          second: Recording($0.second))
      }
  }

  /// Target and other trials in turn, over `speakers` people who are drawn
  /// out of those who have recordings of two videos. A target trial pairs
  /// two videos of a person.
  ///
  /// `paths` are "<speaker>/<video>/<file>", in an order that does not depend
  /// on the disk.
  static func draw(
    _ count: Int, speakers: Int, from paths: [String], random: RandomStream
  ) throws -> [Trial] {
    // Grouped in the order of the paths, so that the draws mean the same.
    var people: [[[Recording]]] = []
    var last: (speaker: Substring, video: Substring) = ("", "")
    for path in paths {
      let parts = path.split(separator: "/")
      guard parts.count == 3 else {
        throw TaskError.internal("'\(path)' is not speaker/video/file")
      }
      if parts[0] != last.speaker {
        people.append([])
        last = (parts[0], "")
      }
      if parts[1] != last.video {
        people[people.count - 1].append([])
        last.video = parts[1]
      }
      let person = people.count - 1
      people[person][people[person].count - 1].append(Recording(path))
    }
    let able = people.filter { $0.count > 1 }
    guard able.count > 1 else {
      throw TaskError.corruptData(
        "trials for dev cannot be drawn: \(able.count) speakers of dev/wav "
          + "have recordings of two videos. Set "
          + "downstream_expert.datarc.dev_trials to a list.")
    }
    let chosen = random.permutation(of: able.count).prefix(speakers)
      .map { able[$0] }
    // Beyond the draws that the permutation has used.
    var draws = able.count
    func draw(below bound: Int) -> Int {
      defer { draws += 1 }
      return random.integer(below: bound, draws)
    }
    /// Two different numbers below `bound`.
    func pair(below bound: Int) -> (Int, Int) {
      let first = draw(below: bound)
      let second = draw(below: bound - 1)
      return (first, second < first ? second : second + 1)
    }
    func recording(_ video: [Recording]) -> Recording {
      video[draw(below: video.count)]
    }
    return (0..<count).map { index in
      let (person, other) = pair(below: chosen.count)
      if index.isMultiple(of: 2) {
        let videos = pair(below: chosen[person].count)
        return Trial(
          isTarget: true, first: recording(chosen[person][videos.0]),
          second: recording(chosen[person][videos.1]))
      }
      func any(of person: [[Recording]]) -> Recording {
        recording(person[draw(below: person.count)])
      }
      return Trial(
        isTarget: false, first: any(of: chosen[person]),
        second: any(of: chosen[other]))
    }
  }
}
