import Foundation
import Records
import Tensors

/// What this process and those that it has waited for have used so far, from
/// the system's own books.
package enum ProcessCost {
  /// - Parameter start: when the process began to work for the experiment.
  package static func current(
    since start: Date, upstreamPasses: Int, trainingSteps: Int = 0,
    trainingSeconds: Double = 0, trainingTimes: TrainingTimes? = nil,
    peakTensorBytes: Int64? = nil, joint: JointCost? = nil
  ) -> ExperimentResult.Cost {
    func usage(_ who: __rusage_who) -> rusage {
      var usage = rusage()
      getrusage(__rusage_who_t(who.rawValue), &usage)
      return usage
    }
    let own = usage(RUSAGE_SELF)
    let others = usage(RUSAGE_CHILDREN)
    func seconds(_ time: timeval) -> Double {
      Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
    }
    return ExperimentResult.Cost(
      wallSeconds: Date().timeIntervalSince(start),
      cpuSeconds: [own, others].reduce(0) {
        $0 + seconds($1.ru_utime) + seconds($1.ru_stime)
      },
      // Linux counts in kibibytes.
      peakMemoryBytes: Int64(own.ru_maxrss) * 1024,
      upstreamPasses: upstreamPasses, trainingSteps: trainingSteps,
      trainingSeconds: trainingSeconds, trainingTimes: trainingTimes,
      peakTensorBytes: peakTensorBytes, joint: joint,
      machine: Machine.current)
  }
}
