import Diagnostics
import Files
import Foundation
import Speech
import Synchronization
import Weights

/// Features that the user has extracted already, as an upstream: one `.npy`
/// or `.safetensors` file for each utterance in a folder, or one safetensors
/// file as `superb extract` writes it. `[frames, width]`, or
/// `[layers, frames, width]`.
///
/// Features of an audio file are those with its path without extension as
/// their name, or the longest end of that path that there is: its path below
/// the corpus's folder, say, or its bare stem. Two audio files are never
/// served from the same features.
package struct FeatureFiles: FileUpstream {
  static let prefix = "features:"

  package let description: UpstreamDescription
  private let index: FeatureIndex
  private let served = Served()
  /// What relative paths are relative to.
  private let folder = FileManager.default.currentDirectoryPath

  /// Which audio file has been served from which features.
  private final class Served: Sendable {
    let paths = Mutex<[String: String]>([:])
  }

  /// - Parameter name: `features:DIR` or `features:FILE`.
  /// - Throws: `UserError` if there are none, or if the first are damaged.
  package init(named name: String) throws {
    let path = String(name.dropFirst(Self.prefix.count))
    guard !path.isEmpty else {
      throw UserError(
        "'\(name)' names no features",
        fix: "write features:DIR or features:FILE.safetensors")
    }
    index = try FeatureIndex(root: (path as NSString).expandingTildeInPath)
    let first = index.places.keys.min() ?? ""
    let states = try FeatureFiles.read(first, in: index)
    let digest = ContentDigest(
      of: index.digest, states.layers, states.dimension)
    description = UpstreamDescription(
      name: name, title: "features of \(index.places.count) utterances",
      digest: digest.hexadecimal, layers: states.layers,
      dimension: states.dimension,
      samplesPerFrame: Double(index.samplesPerFrame)
        * Double(speechSampleRate)
        / Double(index.samplingRate ?? speechSampleRate), parameters: 0,
      samplingRate: index.samplingRate, weights: index.root)
  }

  /// - Throws: `UserError`: samples alone do not say whose they are.
  package func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    throw UserError(
      "'\(description.name)' has features of audio files, and these samples "
        + "are of none")
  }

  package func identity(ofFile path: String) throws -> ContentDigest {
    ContentDigest(
      of: "superb.features.utterance/1", try name(ofAudio: path))
  }

  package func hiddenStates(ofFile path: String) throws -> HiddenStates {
    try FeatureFiles.read(try name(ofAudio: path), in: index)
  }

  private func name(ofAudio path: String) throws -> String {
    // Not the target of a link: a corpus of links is named by its links.
    let path = URL(
      fileURLWithPath: path, relativeTo: URL(fileURLWithPath: folder)
    ).absoluteURL.standardized.path
    let name: String
    do {
      name = try index.name(ofAudio: path)
    } catch {
      let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      guard target != path, let found = try? index.name(ofAudio: target) else {
        throw error
      }
      name = found
    }
    let other = served.paths.withLock { paths in
      if let other = paths[name] { return other }
      paths[name] = path
      return path
    }
    guard other == path else {
      throw UserError(
        "the features '\(name)' would serve two audio files, this one and "
          + other, at: path,
        fix: "file the features under longer ends of the audio files' paths")
    }
    return name
  }

  private static func read(_ name: String, in index: FeatureIndex) throws
    -> HiddenStates
  {
    switch index.places[name] {
    case .file(let path) where path.hasSuffix(".npy"):
      let array = try NPYFile(path: path)
      return try HiddenStates(array.values, shape: array.shape, from: path)
    case .file(let path):
      let file = try SafeTensors(path: path)
      let stem = (name as NSString).lastPathComponent
      let wanted = [stem, name, "hidden_states"]
        .first { file.tensors[$0] != nil }
      let only = file.names.count == 1 ? file.names.first : nil
      guard let tensor = wanted ?? only else {
        throw UserError(
          "which of \(file.names.count) tensors are the features?", at: path,
          fix: "name it '\(stem)' or 'hidden_states'")
      }
      return try states(of: tensor, in: file)
    case .tensor(let tensor):
      guard let file = index.tensors else { break }
      return try states(of: tensor, in: file)
    case nil: break
    }
    throw InternalError("features '\(name)' are listed but nowhere")
  }

  private static func states(of tensor: String, in file: SafeTensors) throws
    -> HiddenStates
  {
    try HiddenStates(
      try file.floats(tensor), shape: try file.tensor(tensor).shape,
      from: file.path)
  }
}

extension HiddenStates {
  fileprivate init(_ values: [Float], shape: [Int], from path: String) throws {
    guard (2...3).contains(shape.count), shape.allSatisfy({ $0 > 0 }) else {
      throw UserError(
        "the features' shape is \(shape), expected [frames, width] or "
          + "[layers, frames, width]", at: path)
    }
    let shape = shape.count == 2 ? [1] + shape : shape
    self.init(
      layers: shape[0], frames: shape[1], dimension: shape[2], values: values)
  }
}

extension UpstreamFamily {
  /// Features in files.
  package static let features = UpstreamFamily(
    title: "features in files", members: [],
    recognizes: { $0.hasPrefix(FeatureFiles.prefix) },
    describe: { try FeatureFiles(named: $0).description },
    make: { try FeatureFiles(named: $0) })
}
