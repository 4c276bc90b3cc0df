import Tensors

/// How fast this machine multiplies square matrices.
package enum MatrixThroughput {
  /// Who multiplies.
  package enum Path: Sendable {
    /// BLAS, in tiles, on all threads.
    case blas
    /// Whatever the engine takes for products of this size.
    case engine
  }

  /// The median of `rounds` products' seconds.
  package static func seconds(
    size: Int, by path: Path, threads: Int, rounds: Int
  ) -> Double {
    let engine = Engine(threads: threads, seed: 1)
    let (x, y) = (engine.make([size, size]), engine.make([size, size]))
    for index in 0..<x.count {
      x.pointer[index] = Float(
        engine.random.uniform(stream: 0, index: UInt64(index)) - 0.5)
    }
    let operand = MatrixOperand(x.pointer, stride: size)
    let times = (0..<max(1, rounds)).map { _ in
      ContinuousClock().measure {
        switch path {
        case .blas:
          engine.multiplyByBLAS(
            m: size, n: size, k: size, operand, operand, into: y.pointer,
            adding: false)
        case .engine:
          engine.multiply(
            m: size, n: size, k: size, operand, operand, into: y.pointer,
            adding: false)
        }
      } / .seconds(1)
    }.sorted()
    return times[times.count / 2]
  }
}
