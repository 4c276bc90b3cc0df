import Dispatch
import Foundation
import Kernels
import Synchronization

/// The rate that no program can exceed: multiply-adds that wait for nothing,
/// in registers, as wide as the kernels' vectors.
package enum PeakMeasurement {
  private static let rounds = 2_000_000

  /// - Parameter repeats: the best counts, since other programs only ever
  ///   slow a measurement down.
  package static func run(
    threads: Int, repeats: Int = 9
  ) -> StepMeasurement.Line {
    let count = max(1, threads)
    var (best, operations) = (Double.infinity, 0.0)
    for _ in 0..<max(1, repeats) {
      let done = Mutex(0.0)
      let began = ContinuousClock.now
      DispatchQueue.concurrentPerform(iterations: count) { _ in
        let own = superb_peak(rounds)
        done.withLock { $0 += own }
      }
      best = min(best, (ContinuousClock.now - began) / .seconds(1))
      operations = done.withLock { $0 }
    }
    return StepMeasurement.Line(
      name: "peak", shape: "10 chains of \(width)-bit multiply-adds",
      threads: count, medianSeconds: best, gflops: operations / best / 1e9,
      peakBytes: nil)
  }

  private static var width: Int {
    switch superb_isa() {
    case SUPERB_ISA_AVX512: 512
    case SUPERB_ISA_AVX2: 256
    default: 128
    }
  }
}
