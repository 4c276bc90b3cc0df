import Files
import Foundation

/// What an upstream's states tell of a task's classes without a head being
/// trained, by layer: each utterance is the mean over its frames.
///
/// Shares are of 1.
package struct LayerProfile: Codable, Equatable, Sendable {
  /// The file beside the experiments' folders of an upstream and a task.
  package static let fileName = "profile.json"

  /// Of one layer, or of the sum of all.
  package struct Figures: Codable, Equatable, Sendable {
    /// Utterances whose class their nearest neighbours in training tell; nil
    /// where training has other classes than the split.
    package var neighbours: Double?
    /// The same by a regression on a few utterances of each class: mean and
    /// sample deviation over the draws.
    package var fewShot: Double?
    package var fewShotDeviation: Double?
    /// Average precision of the pairs of the split that are of one class.
    package var sameDifferent: Double?
    /// Mean average precision of looking for an utterance's class among all
    /// others of the split.
    package var retrieval: Double?
    /// Mean length of the vectors.
    package var meanNorm: Double

    package init(
      neighbours: Double?, fewShot: Double?, fewShotDeviation: Double?,
      sameDifferent: Double?, retrieval: Double?, meanNorm: Double
    ) {
      self.neighbours = neighbours
      self.fewShot = fewShot
      self.fewShotDeviation = fewShotDeviation
      self.sameDifferent = sameDifferent
      self.retrieval = retrieval
      self.meanNorm = meanNorm
    }

    /// Under the names that people read, in the order of columns.
    package static var columns: [(title: String, KeyPath<Figures, Double?>)] {
      [
        ("kNN", \.neighbours), ("8-shot", \.fewShot),
        ("same–different", \.sameDifferent), ("retrieval", \.retrieval),
      ]
    }
  }

  package var upstream: String
  package var upstreamDigest: String
  package var task: String
  /// Where neighbours and examples come from.
  package var trainSplit: String
  /// What is measured.
  package var split: String
  /// Utterances of each split at most; nil for all.
  package var limit: Int?
  package var trainUtterances: Int
  package var utterances: Int
  package var classes: Int
  /// The shallowest first.
  package var layers: [Figures]
  /// Of the weighted sum of the layers; nil if there is but one.
  package var sum: Figures?
  /// The sum's weights: those that a head has learned, or equal ones.
  package var weights: [Double]
  package var isLearned: Bool

  package init(
    upstream: String, upstreamDigest: String, task: String, trainSplit: String,
    split: String, limit: Int?, trainUtterances: Int, utterances: Int,
    classes: Int, layers: [Figures], sum: Figures?, weights: [Double],
    isLearned: Bool
  ) {
    self.upstream = upstream
    self.upstreamDigest = upstreamDigest
    self.task = task
    self.trainSplit = trainSplit
    self.split = split
    self.limit = limit
    self.trainUtterances = trainUtterances
    self.utterances = utterances
    self.classes = classes
    self.layers = layers
    self.sum = sum
    self.weights = weights
    self.isLearned = isLearned
  }

  /// The layer whose neighbours tell most, or whose retrieval is best where
  /// there are none; the shallowest of equals.
  package var best: Int {
    let values = layers.map { $0.neighbours ?? $0.retrieval ?? 0 }
    return values.max().flatMap(values.firstIndex(of:)) ?? 0
  }

  /// The profile beside an experiment's folder; nil if there is none, or one
  /// of another upstream.
  package static func read(
    beside folder: String, of result: ExperimentResult
  ) -> LayerProfile? {
    let place = (folder as NSString).deletingLastPathComponent
    guard
      let bytes = FileManager.default.contents(
        atPath: place + "/" + fileName),
      let profile = try? JSONDecoder().decode(Self.self, from: bytes),
      profile.upstreamDigest == result.upstream.digest,
      profile.task == result.task.id
    else { return nil }
    return profile
  }

  /// Writes it beside an experiment's folder, which need not be there.
  package func write(beside folder: String) throws {
    let place = (folder as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(
      atPath: place, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [
      .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
    ]
    try AtomicFile.write(
      encoder.encode(self), to: place + "/" + Self.fileName)
  }
}
