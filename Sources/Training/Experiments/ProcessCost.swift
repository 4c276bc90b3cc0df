import Foundation
import Records
import Tensors

/// What this process has used so far, from the system's own books.
package enum ProcessCost {
  /// - Parameter start: when the process began to work for the experiment.
  package static func current(
    since start: Date, upstreamPasses: Int, trainingSteps: Int = 0,
    trainingSeconds: Double = 0, trainingTimes: TrainingTimes? = nil,
    peakTensorBytes: Int64? = nil, joint: JointCost? = nil
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
      trainingSeconds: trainingSeconds, trainingTimes: trainingTimes,
      peakTensorBytes: peakTensorBytes, joint: joint,
      machine: Machine.current)
  }
}
