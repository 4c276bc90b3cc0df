import Kernels
import Testing

@testable import Tensors

@Suite struct ReductionTests {
  @Test(arguments: [0, 1, 15, 16, 17, 33, 1000])
  func sumsAreThoseOfDouble(count: Int) {
    let x = draws(count)
    let y = draws(count, seed: 2)
    let sum = x.reduce(0) { $0 + Double($1) }
    #expect(abs(superb_sum(count, x) - sum) < 1e-10)
    let squares = x.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(superb_dot(count, x, x) - squares) < 1e-10)
    let dot = zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(superb_dot(count, x, y) - dot) < 1e-10)
  }

  @Test func resultsDoNotDependOnAlignment() {
    let x = draws(1003)
    let sums = (0..<4).map { offset in
      ([Float](repeating: 9, count: offset) + x).withUnsafeBufferPointer {
        superb_dot(
          1003, $0.baseAddress! + offset, $0.baseAddress! + offset)
      }
    }
    #expect(Set(sums).count == 1)
  }

  @Test func columnSumsAreAddedToWhatIsThere() {
    let x = draws(7 * 19)
    var out = [Float](repeating: 1, count: 19)
    superb_column_sums(7, 19, 19, -1, x, &out)
    for column in 0..<19 {
      let sum = (0..<7).reduce(0.0) { $0 + Double(x[$1 * 19 + column]) }
      #expect(abs(Double(out[column]) - (1 - sum)) < 1e-6)
    }
  }
}
