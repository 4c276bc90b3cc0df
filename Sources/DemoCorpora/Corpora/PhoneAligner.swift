import Foundation
import Speech

/// Finds when each phone of a recording sounds.
///
/// espeak-ng's program does not say when it speaks what, so the recordings
/// are aligned as real ones are: with a Gaussian a phone over normalised
/// cepstra, made from evenly cut recordings and bettered by Viterbi training
/// (S. Young et al., "The HTK Book", flat start and realignment).
enum PhoneAligner {
  struct Recording: Sendable {
    fileprivate var features: FeatureMatrix
    /// Classes of the phones, in their order.
    fileprivate var phones: [Int]
    /// The frames of speech; the others are silence.
    fileprivate var speech: Range<Int>

    /// `lead` and `tail` are the seconds without speech at either end.
    init(
      samples: [Float], phones: [String], lead: Double, tail: Double
    ) throws {
      let features = try SpectralFeatures(named: "mfcc")(samples)
      let classes = LibriSpeechDemo.Lexicon.classes
      self.phones = phones.compactMap { classes.firstIndex(of: $0) }
      // A frame counts by its middle, 200 samples behind its start.
      func frame(_ sample: Double) -> Int {
        min(max(Int(((sample - 200) / 160).rounded(.up)), 0), features.frames)
      }
      let rate = Double(Clip.rate)
      let start = frame(lead * rate)
      speech = start..<max(start, frame(Double(samples.count) - tail * rate))
      self.features = features
    }
  }

  private static let rounds = 12
  /// No phone sounds for less than two frames of 10 ms.
  private static let shortest = 2

  /// The class of every frame of every recording.
  static func align(_ recordings: [Recording]) throws -> [[Int]] {
    var speech = recordings.map(evenly)
    for _ in 0..<rounds {
      let model = Model(recordings, speech)
      speech = recordings.map { model.alignment(of: $0) ?? evenly($0) }
    }
    return zip(recordings, speech).map { recording, classes in
      let silence = LibriSpeechDemo.Lexicon.classes.firstIndex(of: "SIL") ?? 0
      let frames = recording.features.frames
      return Array(repeating: silence, count: recording.speech.lowerBound)
        + classes
        + Array(repeating: silence, count: frames - recording.speech.upperBound)
    }
  }

  private static func evenly(_ recording: Recording) -> [Int] {
    let phones = recording.phones
    let count = recording.speech.count
    return (0..<count).map { phones[$0 * phones.count / count] }
  }

  /// A Gaussian with a diagonal covariance for each class.
  private struct Model {
    private var means: [[Float]]
    private var precisions: [[Float]]
    /// Half of the logarithm of each class's determinant.
    private var spreads: [Float]

    init(_ recordings: [Recording], _ alignments: [[Int]]) {
      let classes = LibriSpeechDemo.Lexicon.classes.count
      let width = recordings.first?.features.dimension ?? 0
      var counts = [Double](repeating: 0, count: classes)
      var sums = [[Double]](
        repeating: Array(repeating: 0, count: width), count: classes)
      var squares = sums
      for (recording, alignment) in zip(recordings, alignments) {
        for (frame, phone) in zip(recording.speech, alignment) {
          counts[phone] += 1
          for (column, x) in recording.features[frame].enumerated() {
            sums[phone][column] += Double(x)
            squares[phone][column] += Double(x) * Double(x)
          }
        }
      }
      means = []
      precisions = []
      spreads = []
      for phone in 0..<classes {
        let count = max(counts[phone], 1)
        let mean = sums[phone].map { $0 / count }
        // Cepstra have unit variance over an utterance; a rare phone must
        // not seem more certain than a tenth of that.
        let variance = zip(squares[phone], mean).map {
          max($0 / count - $1 * $1, 0.1)
        }
        means.append(mean.map { Float($0) })
        precisions.append(variance.map { Float(1 / $0) })
        spreads.append(Float(variance.reduce(0) { $0 + log($1) } / 2))
      }
    }

    private func score(_ x: ArraySlice<Float>, _ phone: Int) -> Float {
      let mean = means[phone]
      let precision = precisions[phone]
      var distance: Float = 0
      for (column, x) in x.enumerated() {
        let difference = x - mean[column]
        distance += difference * difference * precision[column]
      }
      return -spreads[phone] - distance / 2
    }

    /// The likeliest class of every frame of speech; nil if there are too few
    /// frames.
    func alignment(of recording: Recording) -> [Int]? {
      let states = recording.phones.flatMap {
        Array(repeating: $0, count: shortest)
      }
      let frames = recording.speech.count
      guard !states.isEmpty, frames >= states.count else { return nil }
      var best = [Float](repeating: -.infinity, count: states.count)
      var advances = [Bool](repeating: false, count: frames * states.count)
      for (row, frame) in recording.speech.enumerated() {
        var scores: [Int: Float] = [:]
        for phone in Set(recording.phones) {
          scores[phone] = score(recording.features[frame], phone)
        }
        for state in states.indices.reversed() {
          // Only the last state of a phone may last.
          let isLast = (state + 1) % shortest == 0
          let stays = isLast && row > 0 ? best[state] : -.infinity
          let comes =
            row == 0
            ? (state == 0 ? 0 : -.infinity)
            : (state > 0 ? best[state - 1] : -.infinity)
          advances[row * states.count + state] = comes > stays
          best[state] = max(stays, comes) + (scores[states[state]] ?? 0)
        }
      }
      var state = states.count - 1
      var classes: [Int] = []
      for row in (0..<frames).reversed() {
        classes.append(states[state])
        if advances[row * states.count + state], state > 0 { state -= 1 }
      }
      return classes.reversed()
    }
  }
}
