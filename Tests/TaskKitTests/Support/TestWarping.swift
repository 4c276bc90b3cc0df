import Foundation
import TaskABI

/// "superb.dtw/1" with the benchmark's settings, in double precision and as
/// the definition reads.
enum TestWarping {
  nonisolated(unsafe) static let table: UnsafeRawPointer = {
    let table = UnsafeMutablePointer<superb_dtw_api>.allocate(capacity: 1)
    var api = superb_dtw_api()
    api.struct_size = UInt32(MemoryLayout<superb_dtw_api>.size)
    api.distances = {
      host, settings, dim, queries, queryCount, documents, documentCount, out
      in
      let settings = settings!.pointee
      guard settings.distance == SUPERB_DTW_COSINE_EXP,
        settings.pattern == SUPERB_DTW_ASYMMETRIC, settings.flags == 7
      else {
        return host!.pointee.fail(
          host, SUPERB_INVALID_ARGUMENT,
          "settings \(settings.distance) \(settings.pattern) "
            + "\(settings.flags)")
      }
      let dim = Int(dim)
      for q in 0..<Int(queryCount) {
        for d in 0..<Int(documentCount) {
          out![q * Int(documentCount) + d] = Float(
            TestWarping.distance(
              rows(queries![q]!.pointee, dim),
              rows(documents![d]!.pointee, dim)))
        }
      }
      return SUPERB_OK
    }
    table.initialize(to: api)
    return UnsafeRawPointer(table)
  }()

  private static func rows(
    _ frames: superb_dtw_frames, _ dim: Int
  ) -> [[Double]] {
    (0..<Int(frames.frames)).map { row in
      (0..<dim).map { Double(frames.data[row * dim + $0]) }
    }
  }

  /// Subsequence alignment of exp(1 − cos) − 1, each row mapped to 0 … 1.
  static func distance(_ query: [[Double]], _ document: [[Double]]) -> Double {
    guard !query.isEmpty, !document.isEmpty else { return .infinity }
    var path = [Double](repeating: 0, count: document.count)
    for frame in query {
      var row = document.map { exp(1 - cosine(frame, $0)) - 1 }
      let least = row.min()!
      let range = max(row.max()! - least, 1e-9)
      row = row.map { ($0 - least) / range }
      path = row.indices.map { j in
        row[j] + path[max(0, j - 2)...j].min()!
      }
    }
    return path.min()! / Double(query.count)
  }

  private static func cosine(_ x: [Double], _ y: [Double]) -> Double {
    let dot = zip(x, y).map(*).reduce(0, +)
    let norms = [x, y].map { $0.map { $0 * $0 }.reduce(0, +).squareRoot() }
    let product = norms[0] * norms[1]
    return product == 0 ? 0 : dot / product
  }
}
