import Foundation
import Records

/// What this process has used so far, from the system's own books.
package enum ProcessCost {
  package static func current(
    since start: Date, upstreamPasses: Int, trainingSteps: Int,
    trainingSeconds: Double
  ) -> ExperimentResult.Cost {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double {
      Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
    }
    return ExperimentResult.Cost(
      wallSeconds: Date().timeIntervalSince(start),
      cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
      // Linux counts in kibibytes.
      peakMemoryBytes: Int64(usage.ru_maxrss) * 1024,
      upstreamPasses: upstreamPasses, trainingSteps: trainingSteps,
      trainingSeconds: trainingSeconds)
  }
}
