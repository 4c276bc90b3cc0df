import Foundation
import Tensors
import Testing

@testable import Models

@Suite struct StridedConvolutionTests {
  private let random = CounterRandom(seed: 5)

  private func numbers(_ count: Int, _ stream: UInt64) -> [Float] {
    (0..<count).map {
      Float(random.uniform(stream: stream, index: UInt64($0)) - 0.5)
    }
  }

  /// Few rows and many, odd and even, with and without outputs in pairs.
  @Test(arguments: [(3, 2), (2, 2), (3, 1), (4, 3)])
  func outputIsThatOfTheDefinition(kernel: Int, stride: Int) {
    let (inputs, outputs) = (20, 33)
    let weights = numbers(outputs * inputs * kernel, 1)
    let bias = numbers(outputs, 2)
    let convolution = StridedConvolution(
      ConvolutionShape(channels: outputs, kernel: kernel, stride: stride),
      inputs: inputs, weights: weights, bias: bias)
    for (rows, gelu) in [(1, false), (63, true), (64, false), (131, true)] {
      let x = numbers(((rows - 1) * stride + kernel) * inputs, 3)
      let workspace = PassWorkspace()
      let y = [Float](unsafeUninitializedCapacity: rows * outputs) {
        y, initialized in
        guard let y = y.baseAddress else { return }
        convolution.apply(
          x, rows: rows, into: y, gelu: gelu, workspace: workspace)
        initialized = rows * outputs
      }
      var worst = 0.0
      for row in 0..<rows {
        for output in 0..<outputs {
          var sum = Double(bias[output])
          for tap in 0..<kernel {
            for input in 0..<inputs {
              sum +=
                Double(x[(row * stride + tap) * inputs + input])
                * Double(weights[(output * inputs + input) * kernel + tap])
            }
          }
          if gelu { sum *= 0.5 * erfc(-sum / 2.0.squareRoot()) }
          worst = max(worst, abs(sum - Double(y[row * outputs + output])))
        }
      }
      #expect(worst < 3e-6, "\(rows) rows: off by \(worst)")
    }
  }
}
