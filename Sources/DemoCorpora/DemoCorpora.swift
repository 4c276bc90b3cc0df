import Diagnostics
import Files
import Foundation

/// Small synthetic corpora in the layouts of the published ones, so that the
/// loading code can be run without data and without a network.
///
/// Speech comes from the program espeak-ng; noise, filters and choices from a
/// seed. The same seed, with the same version of espeak-ng, gives the same
/// bytes, whatever the number of jobs.
package struct DemoCorpora: Sendable {
  private let seed: UInt64
  private let jobs: Int
  private let size: DemoSize
  private let program: String

  /// - Parameters:
  ///   - seed: decides every choice.
  ///   - jobs: files made at a time; 0 stands for the number of cores.
  package init(seed: UInt64 = 1337, jobs: Int = 0) {
    self.init(seed: seed, jobs: jobs, size: .standard)
  }

  init(
    seed: UInt64, jobs: Int, size: DemoSize, program: String = "espeak-ng"
  ) {
    self.seed = seed
    self.jobs = jobs > 0 ? jobs : ProcessInfo.processInfo.activeProcessorCount
    self.size = size
    self.program = program
  }

  private static let corpora: [any DemoCorpus] = [
    SpeechCommandsDemo(part: .training), SpeechCommandsDemo(part: .test),
    FluentSpeechCommandsDemo(), VoxCelebDemo(), IEMOCAPDemo(), QUESSTDemo(),
    LibriSpeechDemo(), AudioSNIPSDemo(), LibriMixDemo(),
  ]

  /// The corpora, which are also the names of their folders.
  package static let names = corpora.map(\.name)

  /// Makes corpora below `directory`, which is made if it is missing.
  ///
  /// Each corpus is written beside its folder and renamed when it is
  /// complete, so an interrupted call leaves no half corpus, and the next one
  /// does again what was not finished. A complete corpus of the same seed is
  /// left alone, one of another seed is replaced.
  ///
  /// - Parameters:
  ///   - only: which of ``names``; all of them by default.
  ///   - progress: called for every audio file, by one thread at a time.
  /// - Returns: one summary a corpus, in the order of ``names``.
  /// - Throws: `UserError` for an unknown name, a folder that is not ours, a
  ///   missing espeak-ng, a disk that cannot be written, or another process
  ///   that makes corpora in the same directory.
  package func make(
    in directory: String, only: [String]? = nil,
    progress: @Sendable (DemoProgress) -> Void = { _ in }
  ) throws -> [DemoSummary] {
    let wanted = only ?? Self.names
    for name in wanted where !Self.names.contains(name) {
      throw UserError(
        "no demo corpus is called '\(name)'",
        fix: Suggestion.fix(for: name, among: Self.names))
    }
    let synthesizer = try Synthesizer(program: program)
    try makeFolder(directory)
    let lock = try FileLock(
      path: directory,
      orThrow: UserError(
        "another process is making demo corpora here", at: directory,
        fix: "wait for it to end"))
    defer { lock.unlock() }
    let maker = CorpusMaker(
      directory: directory, seed: seed, size: size, jobs: jobs,
      synthesizer: synthesizer)
    return try Self.corpora.filter { wanted.contains($0.name) }
      .map { try maker.make($0, progress: progress) }
  }
}
