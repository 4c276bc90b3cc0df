import Foundation
import Tensors

/// The rate of matrix products, which every other figure is compared with.
package enum MatrixMeasurement {
  /// Products of size × size matrices: `sgemm` by BLAS, `matmul` by the
  /// engine that trains.
  package static func run(
    size: Int, threads: Int, rounds: Int
  ) -> (sgemm: StepMeasurement.Line, matmul: StepMeasurement.Line) {
    func line(
      _ name: String, _ path: MatrixThroughput.Path
    ) -> StepMeasurement.Line {
      let seconds = MatrixThroughput.seconds(
        size: size, by: path, threads: threads, rounds: rounds)
      return StepMeasurement.Line(
        name: name, shape: "\(size)x\(size)x\(size)", threads: threads,
        medianSeconds: seconds,
        gflops: 2 * pow(Double(size), 3) / seconds / 1e9, peakBytes: nil)
    }
    return (line("sgemm", .blas), line("matmul", .engine))
  }
}
