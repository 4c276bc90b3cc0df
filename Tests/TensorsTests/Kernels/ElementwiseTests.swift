import Foundation
import Kernels
import Testing

/// The functions of one number, held to the errors that their header states.
@Suite struct ElementwiseTests {
  typealias Kernel = (
    Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
  ) -> Void

  /// Floats of all magnitudes in the range, by their bits.
  func samples(_ range: ClosedRange<Float>) -> [Float] {
    stride(from: UInt32(0), to: .max - 70_000, by: 65_537).map {
      Float(bitPattern: $0)
    }.filter { range.contains($0) }
      + stride(from: -20, through: 20, by: 0.001).filter { range.contains($0) }
  }

  /// The largest error in units of the last place of the true result.
  func worst(
    _ kernel: Kernel, _ range: ClosedRange<Float>, _ truth: (Double) -> Double
  ) -> Double {
    let x = samples(range)
    var y = [Float](repeating: 0, count: x.count)
    kernel(x.count, x, &y)
    return zip(x, y).reduce(0) { worst, pair in
      let expected = truth(Double(pair.0))
      if Float(expected) == pair.1 { return worst }
      let unit = Double(max(Float(expected).ulp, Float.leastNonzeroMagnitude))
      return max(worst, abs(Double(pair.1) - expected) / unit)
    }
  }

  @Test func errorsAreAsStated() {
    #expect(worst(superb_exp, -87...88, exp) < 1.1)
    #expect(worst(superb_exp, -104...1e30, exp) < 1.1)
    #expect(worst(superb_log, 0...Float.greatestFiniteMagnitude, log) < 1)
    #expect(
      worst(superb_sqrt, 0...Float.greatestFiniteMagnitude) {
        $0.squareRoot()
      } < 0.51)
    #expect(worst(superb_tanh, -1e30...1e30, tanh) < 2)
    #expect(worst(superb_sigmoid, -87...1e30) { 1 / (1 + exp(-$0)) } < 3)
  }

  @Test func geluIsWithinItsError() {
    let x = samples(-1e4...1e4)
    var y = [Float](repeating: 0, count: x.count)
    superb_gelu(x.count, x, &y)
    for (x, y) in zip(x, y) {
      let expected = Double(x) * 0.5 * erfc(-Double(x) / 2.0.squareRoot())
      #expect(abs(Double(y) - expected) <= 4e-7 * max(1, Double(abs(x))))
    }
  }

  @Test func specialValuesAreThoseOfTheCLibrary() {
    let x: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, -1]
    var y = [Float](repeating: 0, count: x.count)
    func expectSame(_ truth: (Float) -> Float) {
      for (x, y) in zip(x, y) {
        let expected = truth(x)
        #expect(
          y == expected && y.sign == expected.sign
            || abs(y - expected) < 1e-6 && !y.isZero
            || y.isNaN && expected.isNaN)
      }
    }
    superb_exp(6, x, &y)
    expectSame { expf($0) }
    superb_log(6, x, &y)
    expectSame { logf($0) }
    superb_sqrt(6, x, &y)
    expectSame { $0.squareRoot() }
    superb_tanh(6, x, &y)
    expectSame { tanhf($0) }
    superb_relu(6, x, &y)
    #expect(y[0].isNaN && y[1] == .infinity && y[2] == 0)
  }

  /// What makes a number independent of where its buffer was cut.
  @Test func resultsDoNotDependOnPositionOrAlignment() {
    let x = samples(-10...10)
    for kernel in [superb_exp, superb_tanh, superb_sigmoid, superb_gelu] {
      var whole = [Float](repeating: 0, count: x.count)
      kernel(x.count, x, &whole)
      var parts = whole.map { _ in Float(0) }
      parts.withUnsafeMutableBufferPointer { parts in
        x.withUnsafeBufferPointer { x in
          var first = 0
          while first < x.count {
            let count = min(1 + first % 37, x.count - first)
            kernel(
              count, x.baseAddress! + first, parts.baseAddress! + first)
            first += count
          }
        }
      }
      #expect(whole == parts)
    }
  }
}
