import Diagnostics
import Foundation
import Upstreams

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
  package var profile: String
  package var limit: Int?
  /// Cores for this experiment; changes no number.
  package var threads: Int
  /// Where hidden states are kept; changes no number.
  package var store: String
  /// The checkpoint that training begins with, if it is not a new one.
  package var start: StartingPoint?
  /// Seconds between two states to continue from, at least; changes no
  /// number.
  package var checkpointSeconds: Double?

  /// SHA-256 of what decides the numbers. Where things lie (corpora, store,
  /// library) and how many cores there are decides none.
  package func signature() throws -> String {
    let hash = DigestHasher()
    hash.combine("superb experiment 1")
    hash.combine(upstreamDigest)
    hash.combine("\(task.id) \(task.version) \(libraryDigest)")
    hash.combine(fold ?? "no fold")
    hash.combine(config.value.json())
    hash.combine(
      """
      \(feature.selection) \(feature.layer.map(String.init) ?? "all") \
      \(feature.normalize) \(feature.halfPrecision) \(seed) \(profile) \
      \(limit.map(String.init) ?? "unlimited")
      """)
    if let start {
      hash.combine("\(start.kind.rawValue) \(start.digest)")
    }
    if let fineTuning { hash.combine(fineTuning.identity) }
    return hash.finish().hexadecimal
  }

  /// For people: the task, and its fold.
  var name: String { task.id + (fold.map { " " + $0 } ?? "") }

  /// Whether a training of `other` that was cut short is one of this: the
  /// same numbers from the same files.
  func continues(_ other: Experiment) -> Bool {
    guard let one = try? signature(), let two = try? other.signature() else {
      return false
    }
    return one == two && fold == other.fold && corpora == other.corpora
  }

  static let fileName = "experiment.json"

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
    /// `-i`: the trained parameters alone; training is new.
    case weights
    /// `-e`: training goes on from the checkpoint's step.
    case everything
  }

  package var path: String
  package var kind: Kind
  /// SHA-256 of the file.
  package var digest: String

  package init(path: String, kind: Kind) throws {
    let file = try SafeTensors(path: path)
    // The checkpoint's own checksum; the file's, if it carries none.
    self.path = path
    self.kind = kind
    if let known = file.metadata[Checkpoint.checksumKey] {
      digest = known
      return
    }
    let hash = DigestHasher()
    hash.combine(
      bytes: FileManager.default.contents(atPath: path) ?? Data())
    digest = hash.finish().hexadecimal
  }
}
