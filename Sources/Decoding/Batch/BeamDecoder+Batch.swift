import Diagnostics
import Dispatch
import Synchronization

extension BeamDecoder {
  /// Decodes utterances, several at a time.
  ///
  /// Each is decoded by one thread alone, so its hypotheses are the same for
  /// any number of threads and in any company.
  ///
  /// - Parameters:
  ///   - count: hypotheses of each at most.
  ///   - utterance: gives the `index`th utterance; called once for each, from
  ///     any thread.
  ///   - finished: told after each one, from any thread.
  /// - Returns: hypotheses of each utterance, the best first.
  /// - Throws: what `utterance` throws, and `UserError` for emissions that
  ///   cannot be decoded; the first in the utterances' order.
  package func decode(
    count utterances: Int, best count: Int, threads: Int,
    location: String? = nil,
    finished: @Sendable () -> Void = {},
    _ utterance: @Sendable (Int) throws -> Utterance
  ) throws -> [[Hypothesis]] {
    let outcomes = Mutex(
      [Result<[Hypothesis], any Error>?](repeating: nil, count: utterances))
    let turn = Atomic<Int>(0)
    let hasFailed = Atomic<Bool>(false)
    DispatchQueue.concurrentPerform(
      iterations: max(1, min(threads, utterances))
    ) { _ in
      let search = BeamSearch(self)
      while !hasFailed.load(ordering: .relaxed) {
        let index = turn.add(1, ordering: .relaxed).oldValue
        guard index < utterances else { return }
        let outcome = Result {
          try decode(utterance(index), best: count, search, location)
        }
        if case .failure = outcome {
          hasFailed.store(true, ordering: .relaxed)
        }
        outcomes.withLock { $0[index] = outcome }
        finished()
      }
    }
    let all = outcomes.withLock { $0 }
    for case .failure(let error)? in all { throw error }
    return try all.compactMap { try $0?.get() }
  }

  private func decode(
    _ utterance: Utterance, best count: Int, _ search: BeamSearch,
    _ location: String?
  ) throws -> [Hypothesis] {
    let frames = try utterance.frames(tokens: tokens.count, at: location)
    // One number more, so that an utterance without frames has an address.
    return (utterance.emissions + [0]).withUnsafeBufferPointer { emissions in
      guard let base = emissions.baseAddress else { return [] }
      return search.decode(base, frames: frames, count: count).map {
        Hypothesis($0, self)
      }
    }
  }
}
