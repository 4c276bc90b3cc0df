import Foundation
import Testing

@testable import DemoCorpora

/// A directory of its own that is gone when the last user is.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory.path
      + "/superb-demo-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Every file below, hidden ones too, by its relative path.
  func files(below folder: String = "") throws -> [String: Data] {
    let root = URL(fileURLWithPath: path + "/" + folder)
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
      var isDirectory: ObjCBool = false
      let path = root.path + "/" + name
      if FileManager.default.fileExists(
        atPath: path, isDirectory: &isDirectory),
        !isDirectory.boolValue
      {
        files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
      }
    }
    return files
  }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }
}

enum Espeak {
  static let isInstalled = (try? Synthesizer()) != nil
}

extension Trait where Self == ConditionTrait {
  static var needsEspeak: Self {
    .enabled(if: Espeak.isInstalled, "espeak-ng is not installed")
  }
}

extension CorpusPlan {
  /// The text files, as if every clip were of that many samples.
  func texts(clipLength: Int = 16_000) -> [String: String] {
    let lengths = Dictionary(
      uniqueKeysWithValues: clips.map { ($0.path, clipLength) })
    return Dictionary(
      uniqueKeysWithValues: documents(lengths).map { ($0.path, $0.text) })
  }
}

func components(_ path: String) -> [String] {
  path.split(separator: "/").map(String.init)
}
