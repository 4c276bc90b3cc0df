import Files
import Foundation
import Speech
import Tensors

/// What stands in for a corpus that the user has not named: folders that are
/// classes, with short wav files. Enough for every task that reads such a
/// corpus; a task that wants more says so, and its checks are skipped.
enum StandInCorpus {
  /// Names of the folders, which are also words of Speech Commands.
  static let classes = ["down", "no", "up", "yes"]
  static let clipsPerClass = 20

  /// Makes the corpus in the folder `path`. The same bytes at each call.
  static func make(in path: String) throws {
    let random = CounterRandom(seed: 1)
    for (label, name) in classes.enumerated() {
      let folder = path + "/" + name
      try makeFolder(folder)
      for clip in 0..<clipsPerClass {
        let stream = CounterRandom.stream("\(name)/\(clip)")
        let count = 4000 + 80 * clip
        let samples = (0..<count).map { index in
          let angle = Double(index * (label + 1)) * 0.1
          let noise = random.uniform(stream: stream, index: UInt64(index))
          return Float(0.3 * sin(angle) + 0.1 * (noise - 0.5))
        }
        let file = folder + String(format: "/clip%02d.wav", clip)
        try AudioFile.write(samples, to: file, format: .wav16)
      }
    }
  }
}
