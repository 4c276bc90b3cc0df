import Alignment
import Foundation

/// Dynamic time warping at the size of query by example on a base model:
/// queries of 50 to 100 frames, documents of 500 to 1,000.
package enum AlignmentMeasurement {
  /// What `superb bench` prints.
  package struct Line: Encodable, Sendable {
    package var name = "dtw"
    package var shape: String
    package var threads: Int
    /// For all pairs.
    package var seconds: Double
    /// Of the distances' matrix products alone.
    package var gflops: Double
    package var sgemmGflops: Double
    package var shareOfSgemm: Double
    /// `gflops` over what the processor's multiply-adds make at most, measured
    /// in the same run.
    package var shareOfPeak: Double?
    package var pairsPerSecond: Double
    package var cellsPerSecond: Double
    /// The recursion alone, on one core.
    package var recursionCellsPerSecond: Double

    enum CodingKeys: String, CodingKey {
      case name, shape, threads, seconds, gflops
      case sgemmGflops = "sgemm_gflops"
      case shareOfSgemm = "share_of_sgemm"
      case shareOfPeak = "share_of_peak"
      case pairsPerSecond = "pairs_per_s"
      case cellsPerSecond = "cells_per_s"
      case recursionCellsPerSecond = "recursion_cells_per_s"
    }
  }

  /// Lengths are evenly spaced, so that another program can measure the same.
  package static func run(
    queries: Int = 48, documents: Int = 48, dimension: Int = 768,
    threads: Int, rounds: Int = 5
  ) throws -> Line {
    func lengths(_ count: Int, _ first: Int, _ last: Int) -> [Int] {
      (0..<count).map { first + (last - first) * $0 / max(count - 1, 1) }
    }
    let throughput = try AlignmentThroughput.measure(
      queries: lengths(queries, 50, 100),
      documents: lengths(documents, 500, 1000), dim: dimension,
      threads: threads, rounds: rounds)
    return Line(
      shape: "\(queries) queries x 50-100, \(documents) documents x 500-1000, "
        + "\(dimension)",
      threads: throughput.threads,
      seconds: Double(queries * documents) / throughput.pairsPerSecond,
      gflops: throughput.gigaflops,
      sgemmGflops: throughput.sgemmGigaflops,
      shareOfSgemm: throughput.shareOfSgemm,
      pairsPerSecond: throughput.pairsPerSecond,
      cellsPerSecond: throughput.cellsPerSecond,
      recursionCellsPerSecond: throughput.recursionCellsPerSecond)
  }
}
