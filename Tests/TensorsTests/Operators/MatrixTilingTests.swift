import Testing

@testable import Tensors

/// Matrix products: right, and the same bits on any number of threads.
@Suite struct MatrixTilingTests {
  static let extents = [
    (1, 1, 1), (3, 5, 7), (32, 256, 768), (33, 257, 129), (1, 4000, 600),
    (4000, 1, 600), (700, 300, 64), (17, 1000, 333), (513, 511, 120),
    (256, 768, 32), (2000, 130, 100), (300, 400, 1300),
  ]

  @Test func bitsDoNotDependOnThreads() throws {
    let numbers = draws(2_500_000)
    for (m, n, k) in Self.extents {
      let x = Array(numbers.prefix(m * k))
      let y = Array(numbers.suffix(k * n))
      for flags in 0..<4 {
        let products = try [1, 2, 3, 7].map { threads in
          let engine = Engine(threads: threads, seed: 1)
          let (tx, ty) = (flags & 1 == 1, flags & 2 == 2)
          let z = try engine.matmul(
            engine.constant(x, shape: tx ? [k, m] : [m, k]),
            engine.constant(y, shape: ty ? [n, k] : [k, n]),
            transposeX: tx, transposeY: ty)
          return Array(z.values)
        }
        for product in products.dropFirst() {
          #expect(product == products[0], "\(m) × \(n) × \(k)")
        }
      }
    }
  }

  /// Every extent, both ways round, against sums in double.
  @Test func productsAreRight() throws {
    let numbers = draws(2_500_000)
    for (m, n, k) in Self.extents {
      let x = Array(numbers.prefix(m * k))
      let y = Array(numbers.suffix(k * n))
      for flags in 0..<4 {
        let engine = Engine(threads: 2, seed: 1)
        let (tx, ty) = (flags & 1 == 1, flags & 2 == 2)
        let z = try engine.matmul(
          engine.constant(x, shape: tx ? [k, m] : [m, k]),
          engine.constant(y, shape: ty ? [n, k] : [k, n]),
          transposeX: tx, transposeY: ty)
        for (row, column) in [
          (0, 0), (m - 1, n - 1), (m / 2, n / 3), (m - 1, 0), (0, n - 1),
        ] {
          let expected = (0..<k).reduce(0.0) { sum, inner in
            sum + Double(x[tx ? inner * m + row : row * k + inner])
              * Double(y[ty ? column * k + inner : inner * n + column])
          }
          #expect(
            abs(Double(z.values[row * n + column]) - expected) < 1e-3,
            "\(m) × \(n) × \(k)")
        }
      }
    }
  }

  @Test func tilesGiveTheProduct() throws {
    let (m, n, k) = (130, 520, 90)
    let engine = Engine(threads: 2, seed: 1)
    let x = draws(m * k)
    let y = draws(k * n, seed: 2)
    let z = try engine.matmul(
      engine.constant(x, shape: [m, k]), engine.constant(y, shape: [k, n]))
    #expect(MatrixTiling(m: m, n: n, k: k) != MatrixTiling(m: m, n: n, k: 1))
    for (row, column) in [(0, 0), (129, 519), (64, 260), (63, 255), (128, 7)] {
      let expected = (0..<k).reduce(0.0) {
        $0 + Double(x[row * k + $1]) * Double(y[$1 * n + column])
      }
      #expect(abs(Double(z.values[row * n + column]) - expected) < 1e-4)
    }
  }

  /// Of a size that is laid out anew, in two stretches, with a last tile and
  /// a last panel that are not full.
  @Test(arguments: 0..<8) func largeProductsAreRight(flags: Int) throws {
    let (m, n, k) = (270, 390, 1100)
    let (tx, ty, adds) = (flags & 1 == 1, flags & 2 == 2, flags & 4 == 4)
    let engine = Engine(threads: 2, seed: 1)
    let x = draws(m * k)
    let y = draws(k * n, seed: 2)
    var z = [Float](repeating: 1, count: m * n)
    x.withUnsafeBufferPointer { px in
      y.withUnsafeBufferPointer { py in
        z.withUnsafeMutableBufferPointer { pz in
          guard let px = px.baseAddress, let py = py.baseAddress,
            let pz = pz.baseAddress
          else { return }
          engine.multiplyPacked(
            m: m, k: k, MatrixOperand(px, stride: tx ? m : k, transposed: tx),
            by: [
              Engine.Factor(
                n: n,
                matrix: MatrixOperand(
                  py, stride: ty ? k : n, transposed: ty), product: pz,
                adding: adds)
            ])
        }
      }
    }
    for (row, column) in [(0, 0), (269, 389), (64, 260), (63, 383), (33, 384)] {
      let expected = (0..<k).reduce(adds ? 1.0 : 0) { sum, inner in
        sum + Double(x[tx ? inner * m + row : row * k + inner])
          * Double(y[ty ? column * k + inner : inner * n + column])
      }
      #expect(abs(Double(z[row * n + column]) - expected) < 1e-3)
    }
  }

  @Test func tilesAreNeitherTinyNorTooMany() {
    for (m, n, k) in Self.extents + [(1, 1_000_000, 50), (9, 9, 1_000_000)] {
      let tiling = MatrixTiling(m: m, n: n, k: k)
      #expect(tiling.rows > 0 && tiling.rows <= m)
      #expect(tiling.columns > 0 && tiling.columns <= n)
      let count = tiling.count(m: m, n: n)
      #expect(count <= max(1, 8 * m * n * k / MatrixTiling.small))
    }
    let large = MatrixTiling(m: 2000, n: 1024, k: 768)
    #expect(large.count(m: 2000, n: 1024) >= 16)
  }

  @Test func tinyProductsAreNotCut() {
    let tiling = MatrixTiling(m: 32, n: 12, k: 256)
    #expect(tiling.rows == 32 && tiling.columns == 12)
  }
}

extension MatrixTiling {
  fileprivate func count(m: Int, n: Int) -> Int {
    (m + rows - 1) / rows * ((n + columns - 1) / columns)
  }
}
