import CBLAS
import Dispatch
import Kernels
import Synchronization

/// How fast this machine aligns, beside how fast its BLAS multiplies.
package struct AlignmentThroughput: Sendable {
  package let threads: Int
  /// (query, document) pairs a second, all told.
  package let pairsPerSecond: Double
  /// Pairs of frames a second, all told.
  package let cellsPerSecond: Double
  /// 10⁹ floating-point operations a second that the distances' products ask
  /// for, two a dimension and cell; packing, exponentials and recursion cost
  /// time and count nothing.
  package let gigaflops: Double
  /// 10⁹ floating-point operations a second of `threads` products of matrices of 2048 × 2048 at once, by
  /// BLAS with one thread each.
  package let sgemmGigaflops: Double
  /// Cells a second of the row recursion alone, on one core.
  package let recursionCellsPerSecond: Double
  /// Cells a second of distances (exponentials, min–max) and recursion
  /// together, on one core.
  package let rowCellsPerSecond: Double

  package var shareOfSgemm: Double { gigaflops / sgemmGigaflops }

  /// Measures random queries and documents, the benchmark's settings unless
  /// said. Each figure is the best of `rounds`, taken in turns, since other
  /// programs only ever slow a measurement down.
  package static func measure(
    queries: [Int], documents: [Int], dim: Int,
    settings: DTWSettings = .benchmark, threads: Int? = nil, rounds: Int = 3
  ) throws -> AlignmentThroughput {
    let queryFrames = noise(queries, dim: dim, seed: 1)
    let documentFrames = noise(documents, dim: dim, seed: 2)
    let aligner = try Aligner(
      queries: queryFrames, dim: dim, settings: settings, threads: threads)
    let pairs = Double(queries.count * documents.count)
    let cells = Double(queries.reduce(0, +)) * Double(documents.reduce(0, +))
    var aligning = Double.infinity
    var multiplying = Double.infinity
    var recursion = 0.0
    var rows = 0.0
    for _ in 0..<rounds {
      aligning = min(
        aligning,
        try seconds { try aligner.align(documentFrames) { _ in } })
      multiplying = min(multiplying, multiply(threads: aligner.threads))
      // City-block products are distances as they are, so that what is left
      // to do is the recursion.
      var bare = settings
      bare.distance = .cityblock
      bare.minMax = false
      recursion = max(recursion, rowRate(bare))
      rows = max(rows, rowRate(settings))
    }
    let side = Double(matrixSide)
    return AlignmentThroughput(
      threads: aligner.threads, pairsPerSecond: pairs / aligning,
      cellsPerSecond: cells / aligning,
      gigaflops: 2e-9 * cells * Double(dim) / aligning,
      sgemmGigaflops: 2e-9 * side * side * side * Double(aligner.threads)
        / multiplying,
      recursionCellsPerSecond: recursion, rowCellsPerSecond: rows)
  }

  private static let matrixSide = 2048

  private static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let time = try clock.measure(body).components
    return Double(time.seconds) + 1e-18 * Double(time.attoseconds)
  }

  /// Uniform numbers over [-1, 1): a linear congruence is random enough for a
  /// clock.
  private static func noise(
    _ lengths: [Int], dim: Int, seed: UInt64
  ) -> FrameArrays {
    var state = seed
    return FrameArrays(
      lengths.map { frames in
        (0..<frames * dim).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1
          return Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
        }
      })
  }

  private static func multiply(threads: Int) -> Double {
    let side = matrixSide
    openblas_set_num_threads(1)
    let factor = noise([side], dim: side, seed: 3).arrays[0]
    let results = Mutex<[[Float]]>(
      Array(
        repeating: Array(repeating: 0, count: side * side), count: threads))
    return seconds {
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        var product = results.withLock { $0.removeLast() }
        let n = Int32(side)
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, n, n, n, 1, factor, n,
          factor, n, 0, &product, n)
      }
    }
  }

  /// One query of 100 frames and a document of 1000, over and over.
  private static func rowRate(_ settings: DTWSettings) -> Double {
    let (rows, frames, repeats) = (100, 1000, 10)
    var workspace = Workspace()
    workspace.reserve(frames: frames, dim: 1)
    let stride = Workspace.padded(frames)
    for index in 0..<rows * stride {
      workspace.products.numbers[index] = Float(index % 251) / 251
    }
    var rule = settings.rule
    var best = Double.infinity
    for _ in 0..<20 {
      let time = seconds {
        for _ in 0..<repeats {
          superb_dtw_rows(
            &rule, rows, 1, frames, workspace.products.numbers, stride,
            workspace.line.numbers, workspace.costs.numbers)
        }
      }
      best = min(best, time)
    }
    return Double(rows * frames * repeats) / best
  }
}
