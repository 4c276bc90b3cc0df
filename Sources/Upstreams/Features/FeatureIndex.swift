import Diagnostics
import Files
import Foundation
import Weights

/// Which features there are, by the utterance's name: the path below the
/// folder without its extension, or the tensor's name in one file.
struct FeatureIndex: Sendable {
  /// Features of one utterance.
  enum Place: Sendable, Equatable {
    /// In a `.npy` or `.safetensors` file of their own.
    case file(String)
    /// In the one file for all.
    case tensor(String)
  }

  let root: String
  let places: [String: Place]
  /// The one file for all, if it is that.
  let tensors: SafeTensors?
  /// From `features.json`, or the one file's metadata.
  let samplesPerFrame: Int
  /// The Hz at which these are counted, from the one file's metadata; nil for
  /// 16 kHz.
  let samplingRate: Int?
  /// SHA-256 over what the files are: their names, sizes and times.
  let digest: ContentDigest

  static let suffixes = [".npy", ".safetensors"]
  static let settingsName = "features.json"
  static let standardSamplesPerFrame = 320

  /// - Parameter root: a folder, or one safetensors file.
  init(root: String) throws {
    self.root = root
    guard access(root, F_OK) == 0 else {
      throw UserError(
        "there is no such folder or file of features", at: root,
        fix: "write features:DIR or features:FILE.safetensors")
    }
    let hasher = DigestHasher()
    hasher.combine("superb.upstream.features/1")
    if isFolder(root) {
      tensors = nil
      let found = try files(below: root).filter { path in
        Self.suffixes.contains { path.hasSuffix($0) }
      }
      for file in found {
        hasher.combine(file)
        try hasher.combine(sizeAndTimeOf: "\(root)/\(file)")
      }
      places = try FeatureIndex.places(found, root: root)
      samplesPerFrame = try FeatureIndex.settings(root)
      samplingRate = nil
    } else {
      let file = try SafeTensors(path: root)
      hasher.combine("")
      try hasher.combine(sizeAndTimeOf: root)
      tensors = file
      places = Dictionary(
        uniqueKeysWithValues: file.names.map { ($0, Place.tensor($0)) })
      let text = file.metadata["samples_per_frame"]
      guard let rate = Int(text ?? "\(Self.standardSamplesPerFrame)"), rate > 0
      else {
        throw UserError(
          "samples_per_frame is '\(text ?? "")', expected a whole number",
          at: root)
      }
      samplesPerFrame = rate
      samplingRate = file.metadata["sampling_rate"].flatMap(Int.init)
        .flatMap { (8000...192_000).contains($0) ? $0 : nil }
    }
    hasher.combine(samplesPerFrame)
    if let samplingRate { hasher.combine(samplingRate) }
    digest = hasher.finish()
    guard !places.isEmpty else {
      throw UserError(
        "there are no features here: no .npy and no .safetensors", at: root)
    }
  }

  /// The name under which an audio file's features are found: the longest
  /// end of its path that features are filed under.
  ///
  /// - Throws: `UserError` with the names that were looked for.
  func name(ofAudio path: String) throws -> String {
    let whole = path.split(separator: "/").map(String.init)
    var parts = whole
    if let stem = parts.popLast() {
      parts.append((stem as NSString).deletingPathExtension)
    }
    for start in parts.indices {
      for ends in [parts, whole] {
        let name = ends[start...].joined(separator: "/")
        if places[name] != nil { return name }
      }
    }
    let tried = (1...min(3, max(1, parts.count)))
      .map { "'\(parts.suffix($0).joined(separator: "/"))'" }
    throw UserError(
      "there are no features of this audio file in \(root): looked for "
        + tried.joined(separator: ", ")
        + (parts.count > 3 ? " and longer ends of its path" : ""),
      at: path,
      fix: tensors == nil
        ? "file them under one of these names with .npy or .safetensors"
        : "store them in a tensor of one of these names")
  }

  private static func places(_ files: [String], root: String) throws
    -> [String: Place]
  {
    var places: [String: Place] = [:]
    places.reserveCapacity(files.count)
    for file in files {
      let name = (file as NSString).deletingPathExtension
      let place = Place.file("\(root)/\(file)")
      guard places.updateValue(place, forKey: name) == nil else {
        throw UserError(
          "there are both .npy and .safetensors features of '\(name)'",
          at: root, fix: "remove one of them")
      }
    }
    return places
  }

  /// Samples per frame as `features.json` states them.
  private static func settings(_ root: String) throws -> Int {
    let path = "\(root)/\(settingsName)"
    guard let data = FileManager.default.contents(atPath: path) else {
      return standardSamplesPerFrame
    }
    let key = "samples_per_frame"
    guard
      let settings = try? JSONSerialization.jsonObject(with: data)
        as? [String: Any]
    else { throw UserError("this is no JSON object", at: path) }
    for name in settings.keys.sorted() where name != key {
      throw UserError(
        "there is no setting '\(name)'", at: path,
        fix: Suggestion.fix(for: name, among: [key]))
    }
    guard let value = settings[key] else { return standardSamplesPerFrame }
    guard let number = value as? Double, number >= 1, number <= 1e9,
      number == number.rounded()
    else {
      throw UserError("\(key) is \(value), expected a whole number", at: path)
    }
    return Int(number)
  }
}
