/// What a demo corpus consists of. A plan is a pure function of the seed and
/// the size; making it is ``CorpusMaker``'s work.
struct CorpusPlan: Sendable {
  /// A text file.
  struct Document: Sendable {
    /// Relative to the corpus's folder.
    var path: String
    var text: String
  }

  var clips: [Clip]
  /// The text files, given the length of every clip by its path, in samples
  /// of `Clip.rate`.
  var documents: @Sendable (_ samples: [String: Int]) -> [Document] = { _ in
    []
  }
  /// The text files that need the recordings themselves, which `read` gives
  /// by path: mono at 16 kHz.
  var soundDocuments:
    @Sendable (_ read: (String) throws -> [Float]) throws -> [Document] = {
      _ in []
    }
}

/// A corpus that can be made.
protocol DemoCorpus: Sendable {
  /// The folder's name.
  var name: String { get }
  /// Raised when the same seed gives other bytes, so that what an older
  /// version made is made again.
  var version: Int { get }

  func plan(seed: UInt64, size: DemoSize) -> CorpusPlan
}

/// How much of a corpus is made.
enum DemoSize: String, Sendable, Codable {
  /// Enough to tell a good feature from a bad one.
  case standard
  /// Every kind of file, a few of each: for tests of loaders.
  case tiny

  func callAsFunction<T>(_ standard: T, tiny: T) -> T {
    self == .standard ? standard : tiny
  }
}
