/// How the rates of a grid are shared out among processes, each of which trains
/// its own on its part of the cores.
///
/// A step over pooled utterances is so short that more cores hardly shorten it,
/// and heads have nothing to tell each other: side by side they are done sooner
/// than one after the other on all cores.
struct RateShares {
  /// The first is the worker's own.
  let rates: [[Double]]
  /// Of each process.
  let threads: Int

  /// Nil where one process trains all.
  ///
  /// - Parameter threads: of all processes together.
  init?(_ rates: [Double], threads: Int) {
    let count = min(rates.count, threads)
    guard count > 1 else { return nil }
    self.threads = threads / count
    self.rates = (0..<count).map { share in
      stride(from: share, to: rates.count, by: count).map { rates[$0] }
    }
  }
}
