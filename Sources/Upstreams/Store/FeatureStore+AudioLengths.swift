import Foundation
import Synchronization

extension FeatureStore {
  /// Lengths in 16 kHz samples of these spans, after their effects and before
  /// their crops. Files are decoded that were never measured with the same
  /// effects; the others are answered from the store.
  ///
  /// - Parameters:
  ///   - threads: files decoded at a time.
  ///   - progress: spans done, and of how many; called on the caller's
  ///     thread, some ten times a second.
  ///   - isCancelled: asked as often.
  /// - Throws: `UserError` that names the audio file, or
  ///   `CancellationError`.
  package func lengths(
    of spans: [AudioSpan], threads: Int,
    progress: (Int, Int) -> Void = { _, _ in },
    isCancelled: () -> Bool = { false }
  ) throws -> [Int] {
    let lengths = Mutex((of: [Int](repeating: 0, count: spans.count), done: 0))
    try ParallelWork.run(
      count: spans.count, threads: threads,
      tick: { progress(lengths.withLock { $0.done }, spans.count) },
      isCancelled: isCancelled, context: { AudioReader() },
      work: { index, reader in
        let length = try self.length(of: spans[index], &reader)
        lengths.withLock {
          $0.of[index] = length
          $0.done += 1
        }
        return .done
      })
    return lengths.withLock { $0.of }
  }

  private func length(
    of span: AudioSpan, _ reader: inout AudioReader
  ) throws -> Int {
    let chain = span.chain.identifier
    let digest = try audio.digest(ofFile: span.path)
    var whole = audio.length(of: digest, chain: chain)
    if whole == nil {
      let count = try reader.length(span.path, span.chain)
      audio.note(length: count, of: digest, chain: chain)
      whole = count
    }
    if span.start == 0, span.length == 0 { return whole ?? 0 }
    return try span.length(samples: whole ?? 0)
  }
}
