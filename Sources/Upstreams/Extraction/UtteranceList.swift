import Diagnostics
import Files
import Foundation
import Speech

/// Whole audio files that are to be run through an upstream, the longest
/// first.
package struct UtteranceList: Sendable {
  package struct Utterance: Sendable, Equatable {
    /// The file's name without folder and extension.
    package var stem: String
    package var path: String
    /// As the file's header tells it.
    package var seconds: Double
  }

  package private(set) var utterances: [Utterance] = []
  /// Files that cannot be read, in the order of their paths.
  package private(set) var failures: [ExtractionFailure] = []
  /// SHA-256 over which files they are: names, sizes and times.
  let digest: ContentDigest

  /// Looks at every file's header.
  ///
  /// - Parameter words: files, folders and patterns.
  /// - Throws: `UserError` for a word that stands for nothing, and if two
  ///   files have the same stem.
  package init(_ words: [String]) throws {
    var pathOfStem: [String: String] = [:]
    let hasher = DigestHasher()
    for path in try AudioFiles.named(words) {
      let stem = ((path as NSString).lastPathComponent as NSString)
        .deletingPathExtension
      if let other = pathOfStem.updateValue(path, forKey: stem) {
        throw UserError(
          "two audio files would both be called '\(stem)': \(other) and "
            + path,
          fix: "extract them into files of their own, one --out for each")
      }
      do {
        let info = try AudioFile.info(path)
        hasher.combine(stem)
        try hasher.combine(sizeAndTimeOf: path)
        utterances.append(
          Utterance(
            stem: stem, path: path,
            seconds: Double(info.samples) / Double(max(1, info.sampleRate))))
      } catch let error as UserError {
        failures.append(ExtractionFailure(path: path, error))
      }
    }
    digest = hasher.finish()
    utterances.sort { a, b in
      a.seconds != b.seconds ? a.seconds > b.seconds : a.stem < b.stem
    }
  }

  /// Of all that can be read.
  package var seconds: Double { utterances.reduce(0) { $0 + $1.seconds } }
}

/// An audio file without hidden states, and why.
package struct ExtractionFailure: Sendable, Codable, Equatable {
  package var path: String
  package var reason: String

  init(path: String, _ error: UserError) {
    self.path = path
    let elsewhere = error.location.flatMap { $0 == path ? nil : "\($0): " }
    reason = (elsewhere ?? "") + error.what
  }
}
