import Configuration
import Diagnostics
import Foundation
import Upstreams

/// One upstream × task × fold with everything that decides its numbers.
///
/// It is written as `experiment.json` into its folder, and a worker process
/// reads it from there.
public struct Experiment: Codable, Sendable {
  public var upstream: String
  public var task: TaskDescription
  public var fold: String?
  public var library: String
  public var libraryDigest: String
  public var upstreamDigest: String
  /// The resolved configuration as canonical JSON.
  public var config: String
  /// Where the configuration was written, for messages; changes no number.
  public var places = ConfigurationPlaces()
  public var feature: FeatureSelection
  /// How the upstream is trained, too; nil if it is frozen.
  public var fineTuning: FineTuning?
  public var corpora: [String: String]
  public var seed: UInt64
  public var profile: String
  public var limit: Int?
  /// Cores for this experiment; changes no number.
  public var threads: Int
  /// Where hidden states are kept; changes no number.
  public var store: String

  /// SHA-256 of what decides the numbers. Where things lie (corpora, store,
  /// library) and how many cores there are decides none.
  public func signature() throws -> String {
    let hash = DigestHasher()
    hash.combine("superb experiment 1")
    hash.combine(upstreamDigest)
    hash.combine("\(task.id) \(task.version) \(libraryDigest)")
    hash.combine(fold ?? "no fold")
    hash.combine(config)
    hash.combine(
      """
      \(feature.selection) \(feature.layer.map(String.init) ?? "all") \
      \(feature.normalize) \(feature.halfPrecision) \(seed) \(profile) \
      \(limit.map(String.init) ?? "unlimited")
      """)
    if let fineTuning { hash.combine(fineTuning.identity) }
    return hash.finish().hexadecimal
  }

  static let fileName = "experiment.json"

  /// The configuration, with the places where it was written.
  func configuration() throws -> ConfigValue {
    places.marking(try ConfigValue.json(text: config, name: Self.fileName))
  }

  public func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try AtomicFile.write(
      try encoder.encode(self), to: folder + "/" + Self.fileName)
  }

  public static func read(from folder: String) throws -> Experiment {
    let path = folder + "/" + fileName
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw UserError("there is no experiment here", at: path)
    }
    do {
      return try JSONDecoder().decode(Experiment.self, from: bytes)
    } catch {
      throw UserError("the experiment's file is damaged", at: path)
    }
  }
}
