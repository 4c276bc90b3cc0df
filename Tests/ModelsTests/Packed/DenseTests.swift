import Foundation
import Tensors
import Testing

@testable import Models

@Suite struct DenseTests {
  private let random = CounterRandom(seed: 11)

  private func numbers(_ count: Int, _ stream: Int) -> [Float] {
    (0..<count).map {
      Float(random.uniform(stream: UInt64(stream), index: UInt64($0)) - 0.5)
    }
  }

  /// Widths and depths on both sides of the kernel's blocks, rows that
  /// overlap, gaps between rows of the result.
  @Test(arguments: 0..<60)
  func productIsThatOfDoubles(trial: Int) {
    func size(_ index: Int, _ bound: Int) -> Int {
      1
        + Int(
          random.integer(
            below: UInt64(bound), stream: UInt64(trial),
            index: UInt64(index)))
    }
    let rows = size(0, 30)
    let depth = size(1, trial % 5 == 0 ? 900 : 60)
    let width = trial % 4 == 0 ? 64 * size(2, 8) : size(2, 200)
    let xStride = size(3, depth + 4)
    let yStride = width + size(4, 5) - 1
    let gelu = trial % 3 == 0
    let x = numbers(rows * xStride + depth, 1)
    let weights = numbers(depth * width, 2)
    let bias = trial % 2 == 0 ? numbers(width, 3) : nil
    let before = numbers(rows * yStride, 4)
    let residual = !gelu && trial % 5 < 3
    let dense = Dense(
      depth: depth, width: width, weights: weights, bias: bias)
    var y = before
    y.withUnsafeMutableBufferPointer { y in
      guard let y = y.baseAddress else { return }
      dense.apply(
        x, stride: xStride, rows: rows, into: y, stride: yStride,
        residual: residual ? UnsafePointer(y) : nil, gelu: gelu)
    }
    var worst = 0.0
    for row in 0..<rows {
      for column in 0..<yStride {
        let index = row * yStride + column
        var sum = Double(before[index])
        if column < width {
          if !residual { sum = 0 }
          sum += Double(bias?[column] ?? 0)
          for k in 0..<depth {
            sum +=
              Double(x[row * xStride + k])
              * Double(weights[column * depth + k])
          }
          if gelu { sum *= 0.5 * erfc(-sum / 2.0.squareRoot()) }
        }
        worst = max(worst, abs(sum - Double(y[index])) / (1 + abs(sum)))
      }
    }
    #expect(worst < 1e-5)
  }

  @Test func aRowsBitsDoNotDependOnTheOtherRows() {
    let (rows, depth, width) = (23, 500, 130)
    let x = numbers(rows * depth, 5)
    let dense = Dense(
      depth: depth, width: width, weights: numbers(depth * width, 6),
      bias: nil)
    func product(_ first: Int, _ count: Int) -> [Float] {
      [Float](unsafeUninitializedCapacity: count * width) { y, initialized in
        guard let y = y.baseAddress else { return }
        x.withUnsafeBufferPointer { x in
          guard let x = x.baseAddress else { return }
          dense.apply(x + first * depth, rows: count, into: y)
        }
        initialized = count * width
      }
    }
    let all = product(0, rows)
    for row in 0..<rows {
      #expect(product(row, 1) == Array(all[row * width..<(row + 1) * width]))
    }
  }
}
