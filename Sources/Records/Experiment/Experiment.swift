import Diagnostics
import Files
import Foundation
import Tensors
import Upstreams
import Weights

/// One upstream × task × fold with everything that decides its numbers.
///
/// It is written as `experiment.json` into its folder, and a worker process
/// reads it from there.
package struct Experiment: Codable, Sendable {
  package var upstream: String
  package var task: TaskDescription
  package var fold: String?
  package var library: String
  package var libraryDigest: String
  package var upstreamDigest: String
  /// Resolved, with the places where it was written.
  package var config: TaskConfiguration
  package var feature: FeatureSelection
  /// How the upstream is trained, too; nil if it is frozen.
  package var fineTuning: FineTuning?
  package var corpora: [String: String]
  package var seed: UInt64
  package var profile: ExperimentProfile
  package var limit: Int?
  /// Cores for this experiment; changes no number.
  package var threads: Int
  /// Where hidden states are kept; changes no number.
  package var store: String
  /// How much of it they may take; nil for all there is. Changes no number.
  package var storeLimit: StoreLimit?
  /// The checkpoint that training begins with, if it is not a new one.
  package var start: StartingPoint?
  /// Seconds between two states to continue from, at least; changes no
  /// number.
  package var checkpointSeconds: Double?
  /// `NumericsRevision.text` of the program that made it; nil if that was
  /// before there were revisions.
  package var numerics: String?
  /// Settings that are not the task's own, as `-o` spells them; nil if that
  /// is not known. For readers; the configuration says it all.
  package var deviations: [String]?

  package init(
    upstream: String, task: TaskDescription, fold: String? = nil,
    library: String, libraryDigest: String, upstreamDigest: String,
    config: TaskConfiguration, feature: FeatureSelection,
    fineTuning: FineTuning? = nil, corpora: [String: String], seed: UInt64,
    profile: ExperimentProfile,
    limit: Int? = nil, threads: Int, store: String,
    start: StartingPoint? = nil, checkpointSeconds: Double? = nil,
    numerics: String? = NumericsRevision.text
  ) {
    self.upstream = upstream
    self.task = task
    self.fold = fold
    self.library = library
    self.libraryDigest = libraryDigest
    self.upstreamDigest = upstreamDigest
    self.config = config
    self.feature = feature
    self.fineTuning = fineTuning
    self.corpora = corpora
    self.seed = seed
    self.profile = profile
    self.limit = limit
    self.threads = threads
    self.store = store
    self.start = start
    self.checkpointSeconds = checkpointSeconds
    self.numerics = numerics
  }

  /// SHA-256 of what decides the numbers. Where things lie (corpora, store,
  /// library) and how many cores there are decides none.
  package func signature() throws -> String {
    let hash = DigestHasher()
    hash.combine("superb experiment \(numerics ?? "of old")")
    hash.combine(upstreamDigest)
    hash.combine("\(task.id) \(task.version) \(libraryDigest)")
    if let expert = task.expert { hash.combine(expert) }
    hash.combine(fold ?? "no fold")
    hash.combine(config.signed.json())
    hash.combine(
      """
      \(feature.stateName) \(feature.layer.map(String.init) ?? "all") \
      \(feature.normalize) \(feature.halfPrecision) \(seed) \(profile.rawValue) \
      \(limit.map(String.init) ?? "unlimited")
      """)
    if let start {
      hash.combine("\(start.kind.rawValue) \(start.digest)")
    }
    if let fineTuning { hash.combine(fineTuning.identity) }
    return hash.finish().hexadecimal
  }

  /// For people: the task, and its fold.
  package var name: String { task.id + (fold.map { " " + $0 } ?? "") }

  /// Whether a training of `other` that was cut short is one of this. Where
  /// its corpora lie says nothing: what is in them does, and a checkpoint
  /// knows that.
  package func continues(_ other: Experiment) -> Bool {
    guard let one = try? signature(), let two = try? other.signature() else {
      return false
    }
    return one == two && fold == other.fold
  }

  package static let fileName = TaskConfiguration.writtenIn

  /// The fold that is trained: one of all, or the one that the configuration
  /// names alone; nil for a task without folds.
  package func trainedFold() throws -> String? {
    guard fold == nil, let key = task.folds?.configKey else { return fold }
    let path = ([TaskConfiguration.expertSection] + key)
      .joined(separator: ".")
    return try config.value.value(at: path) == nil
      ? nil : config.value.string(at: path)
  }

  package func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try AtomicFile.write(
      try encoder.encode(self), to: folder + "/" + Self.fileName)
  }

  package static func read(from folder: String) throws -> Experiment {
    let path = folder + "/" + fileName
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw UserError("there is no experiment here", at: path)
    }
    do {
      return try JSONDecoder().decode(Experiment.self, from: bytes)
    } catch let error as UserError {
      throw error
    } catch {
      throw UserError("the experiment's file is damaged", at: path)
    }
  }
}

/// A checkpoint of another experiment that training begins with.
package struct StartingPoint: Codable, Sendable {
  package enum Kind: String, Codable, Sendable {
    /// `--init-weights`: the trained parameters alone; training is new.
    case weights
    /// `-e`, `-i`: training goes on from the checkpoint's step.
    case everything
  }

  package var path: String
  package var kind: Kind
  /// SHA-256 of the file.
  package var digest: String

  package init(path: String, kind: Kind, digest: String) {
    self.path = path
    self.kind = kind
    self.digest = digest
  }
}
