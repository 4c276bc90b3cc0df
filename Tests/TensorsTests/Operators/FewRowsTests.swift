import Testing

@testable import Tensors

/// A product's rows do not depend on how many there are.
@Suite struct FewRowsTests {
  @Test(
    .enabled(if: KernelChoice.isOwn),
    arguments: [(4, 240, 256), (32, 768, 256), (33, 1500, 48), (1, 12, 70)])
  func rowsAreThoseOfALongProduct(m: Int, k: Int, n: Int) throws {
    let engine = Engine(threads: 2, seed: 1)
    let many = 100
    let a = draws(many * k, seed: 2)
    let b = draws(k * n, seed: 3)
    let bias = draws(n, seed: 4)
    let before = draws(many * n, seed: 5)
    // [rows, columns] laid out the other way round.
    func turned(_ x: [Float], _ rows: Int, _ columns: Int) -> [Float] {
      (0..<columns * rows).map { x[$0 % rows * columns + $0 / rows] }
    }
    func product(
      _ m: Int, aTurned: Bool, bTurned: Bool, adding: Bool, biased: Bool
    ) -> [Float] {
      var c = Array(before[..<(m * n)])
      let own = Array(a[..<(m * k)])
      let left = aTurned ? turned(own, m, k) : own
      let right = bTurned ? turned(b, k, n) : b
      left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          bias.withUnsafeBufferPointer { bias in
            c.withUnsafeMutableBufferPointer { c in
              engine.multiply(
                m: m, n: n, k: k,
                MatrixOperand(
                  left.baseAddress!, stride: aTurned ? m : k,
                  transposed: aTurned),
                MatrixOperand(
                  right.baseAddress!, stride: bTurned ? k : n,
                  transposed: bTurned),
                into: c.baseAddress!, adding: adding,
                plus: biased ? bias.baseAddress : nil)
            }
          }
        }
      }
      return c
    }
    for aTurned in [false, true] {
      for bTurned in [false, true] {
        for (adding, biased) in [(false, false), (true, false), (false, true)] {
          let few = product(
            m, aTurned: aTurned, bTurned: bTurned, adding: adding,
            biased: biased)
          let long = product(
            many, aTurned: aTurned, bTurned: bTurned, adding: adding,
            biased: biased)
          #expect(
            few == Array(long[..<(m * n)]),
            "\(aTurned) \(bTurned) \(adding) \(biased)")
        }
      }
    }
  }
}
