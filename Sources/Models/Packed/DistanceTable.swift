import Foundation

extension ModelConfiguration.RelativeBias {
  /// The bucket of key minus query. One half of the buckets is for keys that
  /// follow the query; of each half, one half for distances of their own, the
  /// rest for ranges that grow with the distance.
  func bucket(_ difference: Int) -> Int {
    let half = buckets / 2
    let own = half / 2
    let distance = abs(difference)
    let side = difference > 0 ? half : 0
    if distance < own { return side + distance }
    let share =
      log(Double(distance) / Double(own))
      / log(Double(maximumDistance) / Double(own))
    return side + min(half - 1, own + Int(share * Double(half - own)))
  }
}

/// WavLM's attention bias before its gate: a number for each head and each
/// distance between query and key.
struct DistanceTable: Sendable {
  let shape: ModelConfiguration.RelativeBias
  let heads: Int
  /// `[buckets, heads]`
  let table: [Float]

  /// The biases that the utterances of a pass need.
  func rows(
    of spans: [Range<Int>], in workspace: PassWorkspace
  ) -> DistanceRows {
    var room = workspace.room(
      .distanceBias, spans.reduce(0) { $0 + heads * (2 * $1.count - 1) })
    let rows = spans.map { span in
      fill(room, frames: span.count)
      defer { room += heads * (2 * span.count - 1) }
      return UnsafePointer(room)
    }
    return DistanceRows(spans: spans, rows: rows)
  }

  private func fill(_ y: UnsafeMutablePointer<Float>, frames: Int) {
    let differences = 2 * frames - 1
    for index in 0..<differences {
      let row = shape.bucket(index - (frames - 1)) * heads
      for head in 0..<heads {
        y[head * differences + index] = table[row + head]
      }
    }
  }
}

/// For each utterance `[heads, 2 · frames - 1]`: for each head the biases of
/// the differences from -(frames - 1) to frames - 1. Lives as long as its
/// pass.
struct DistanceRows {
  var spans: [Range<Int>]
  var rows: [UnsafePointer<Float>]
}
