import Diagnostics
import Dispatch
import Files
import Foundation
import Speech
import Synchronization

/// Makes planned corpora on the disk.
struct CorpusMaker: Sendable {
  var directory: String
  var seed: UInt64
  var size: DemoSize
  var jobs: Int
  var synthesizer: Synthesizer

  /// The corpus, complete, in its folder below `directory`. It is written
  /// beside and renamed, so the folder never holds half a corpus.
  func make(
    _ corpus: any DemoCorpus, progress: @Sendable (DemoProgress) -> Void
  ) throws -> DemoSummary {
    let folder = directory + "/" + corpus.name
    let partial = directory + "/.\(corpus.name).partial"
    try removeAll(partial)
    if let marker = try existing(corpus, in: folder),
      marker.version == corpus.version, marker.seed == seed,
      marker.size == size
    {
      return marker.summary(isNew: false)
    }
    try makeFolder(partial)
    let marker = try fill(partial, with: corpus, progress)
    try marker.write(in: partial)
    try removeAll(folder)
    try AtomicFile.put(partial, at: folder)
    return marker.summary(isNew: true)
  }

  /// The marker of a corpus that is there already.
  private func existing(
    _ corpus: any DemoCorpus, in folder: String
  ) throws -> DemoMarker? {
    guard access(folder, F_OK) == 0 else { return nil }
    guard let marker = DemoMarker(in: folder), marker.corpus == corpus.name
    else {
      throw UserError(
        "is there already and is not a demo corpus", at: folder,
        fix: "choose another directory for the demo corpora")
    }
    return marker
  }

  private func fill(
    _ folder: String, with corpus: any DemoCorpus,
    _ progress: @Sendable (DemoProgress) -> Void
  ) throws -> DemoMarker {
    let plan = corpus.plan(seed: seed, size: size)
    func makeParent(of path: String) throws {
      try makeFolder(
        (folder + "/" + path as NSString).deletingLastPathComponent)
    }
    for clip in plan.clips { try makeParent(of: clip.path) }
    let lengths = try render(plan.clips, of: corpus.name, folder, progress)
    let byPath = Dictionary(
      zip(plan.clips.map(\.path), lengths), uniquingKeysWith: { $1 })
    guard byPath.count == plan.clips.count else {
      throw InternalError("\(corpus.name): two clips have one path")
    }
    let documents =
      plan.documents(byPath)
      + (try plan.soundDocuments { try AudioFile.read(folder + "/" + $0) })
    for document in documents {
      try makeParent(of: document.path)
      try AtomicFile.write(
        Data(document.text.utf8), to: folder + "/" + document.path)
    }
    let samples = lengths.reduce(0, +)
    let bytes = try (plan.clips.map(\.path) + documents.map(\.path)).reduce(0) {
      $0 + (try RawFile(folder + "/" + $1, O_RDONLY).size())
    }
    return DemoMarker(
      corpus: corpus.name, version: corpus.version, seed: seed, size: size,
      espeak: synthesizer.version, files: plan.clips.count + documents.count,
      samples: samples, bytes: bytes)
  }

  /// Writes the clips on all cores and gives their lengths in samples of
  /// `Clip.rate`.
  private func render(
    _ clips: [Clip], of corpus: String, _ folder: String,
    _ progress: @Sendable (DemoProgress) -> Void
  ) throws -> [Int] {
    struct State: Sendable {
      var done = 0
      var lengths: [Int]
      var error: (any Error)?
    }
    let state = Mutex(State(lengths: Array(repeating: 0, count: clips.count)))
    DispatchQueue.concurrentPerform(iterations: jobs) { worker in
      for index in stride(from: worker, to: clips.count, by: jobs) {
        let clip = clips[index]
        do {
          if state.withLock({ $0.error != nil }) { return }
          var draws = Draws(seed: seed, corpus + "/" + clip.path)
          let samples = try clip.render(synthesizer, &draws)
          try AudioFile.write(
            samples, to: folder + "/" + clip.path, sampleRate: clip.fileRate,
            format: clip.path.hasSuffix(".flac") ? .flac16 : .wav16)
          state.withLock { state in
            state.lengths[index] = samples.count * Clip.rate / clip.fileRate
            state.done += 1
            progress(
              DemoProgress(
                corpus: corpus, done: state.done, total: clips.count))
          }
        } catch {
          state.withLock { state in state.error = state.error ?? error }
          return
        }
      }
    }
    let end = state.withLock { $0 }
    if let error = end.error { throw error }
    return end.lengths
  }
}
