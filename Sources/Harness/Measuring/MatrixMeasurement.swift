import Foundation
import Tensors

/// The rate of matrix products, which every other figure is compared with.
public enum MatrixMeasurement {
  /// The best of several products of size × size matrices, by the engine
  /// that trains.
  public static func run(
    size: Int, threads: Int, rounds: Int
  ) throws -> StepMeasurement.Line {
    let engine = Engine(threads: threads, seed: 1)
    engine.recordsGradients = false
    let random = CounterRandom(seed: 1)
    let values = (0..<size * size).map {
      Float(random.uniform(stream: 0, index: UInt64($0)) - 0.5)
    }
    let x = try engine.parameter(name: "x", shape: [size, size])
    try x.assign(values)
    var times: [Double] = []
    for _ in 0..<max(1, rounds) {
      let began = ContinuousClock.now
      _ = try engine.matmul(x.node, x.node)
      times.append((ContinuousClock.now - began) / .seconds(1))
      engine.endStep()
    }
    times.sort()
    let median = times[times.count / 2]
    return StepMeasurement.Line(
      name: "sgemm", shape: "\(size)x\(size)x\(size)", threads: threads,
      medianSeconds: median,
      gflops: 2 * pow(Double(size), 3) / median / 1e9,
      peakBytes: engine.peakBytes)
  }
}
