import Files
import Foundation

/// The file inside a corpus's folder that says that we made it, that it is
/// complete, and of what.
struct DemoMarker: Codable, Equatable {
  static let fileName = ".superb-demo.json"

  var corpus: String
  var version: Int
  var seed: UInt64
  var size: DemoSize
  /// Version of espeak-ng. For the record: another version's corpus is still
  /// a good one.
  var espeak: String
  var files: Int
  var samples: Int
  var bytes: Int
}

extension DemoMarker {
  /// The marker of that folder; nil if there is none or it is not readable.
  init?(in folder: String) {
    guard
      let data = FileManager.default.contents(
        atPath: folder + "/" + Self.fileName),
      let marker = try? JSONDecoder().decode(Self.self, from: data)
    else { return nil }
    self = marker
  }

  func write(in folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(
      try encoder.encode(self), to: folder + "/" + Self.fileName)
  }

  func summary(isNew: Bool) -> DemoSummary {
    DemoSummary(
      name: corpus, files: files, seconds: Double(samples) / Double(Clip.rate),
      bytes: bytes, isNew: isNew)
  }
}
