import Foundation
import Tensors

/// The rate of matrix products, which every other figure is compared with.
package enum MatrixMeasurement {
  /// Products of size × size matrices: `sgemm` by BLAS, in tiles, on all
  /// threads; `matmul` by whatever the engine takes for this size.
  package static func run(
    size: Int, threads: Int, rounds: Int
  ) -> (sgemm: StepMeasurement.Line, matmul: StepMeasurement.Line) {
    let engine = Engine(threads: threads, seed: 1)
    let (x, y) = (engine.make([size, size]), engine.make([size, size]))
    for index in 0..<x.count {
      x.pointer[index] = Float(
        engine.random.uniform(stream: 0, index: UInt64(index)) - 0.5)
    }
    let operand = MatrixOperand(x.pointer, stride: size)
    func line(_ name: String, _ product: () -> Void) -> StepMeasurement.Line {
      let seconds = median(
        (0..<max(1, rounds)).map { _ in
          ContinuousClock().measure(product) / .seconds(1)
        })
      return StepMeasurement.Line(
        name: name, shape: "\(size)x\(size)x\(size)", threads: threads,
        medianSeconds: seconds,
        gflops: 2 * pow(Double(size), 3) / seconds / 1e9, peakBytes: nil)
    }
    return (
      line("sgemm") {
        engine.multiplyByBLAS(
          m: size, n: size, k: size, operand, operand, into: y.pointer,
          adding: false)
      },
      line("matmul") {
        engine.multiply(
          m: size, n: size, k: size, operand, operand, into: y.pointer,
          adding: false)
      }
    )
  }
}

/// The middle one of times; the later of two.
func median(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }
