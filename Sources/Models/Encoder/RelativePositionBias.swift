import Foundation

/// WavLM's attention bias before its gate: a number for each head and each
/// distance between query and key.
struct RelativePositionBias: Sendable {
  private let shape: ModelConfiguration.RelativeBias
  private let heads: Int
  /// `[buckets, heads]`
  private let table: [Float]

  init?(
    _ configuration: ModelConfiguration, in reader: ParameterReader
  ) throws {
    guard let shape = configuration.relativeBias else { return nil }
    self.shape = shape
    heads = configuration.heads
    table = try reader.floats(ModelConfiguration.Names.bias)
  }

  /// The bucket of key minus query. One half of the buckets is for keys that
  /// follow the query; of each half, one half for distances of their own, the
  /// rest for ranges that grow with the distance.
  func bucket(_ difference: Int) -> Int {
    let half = shape.buckets / 2
    let own = half / 2
    let distance = abs(difference)
    let side = difference > 0 ? half : 0
    if distance < own { return side + distance }
    let share =
      log(Double(distance) / Double(own))
      / log(Double(shape.maximumDistance) / Double(own))
    return side + min(half - 1, own + Int(share * Double(half - own)))
  }

  /// Writes `[heads, 2 · frames - 1]`: for each head the biases of the
  /// differences from -(frames - 1) to frames - 1.
  func fill(_ y: UnsafeMutablePointer<Float>, frames: Int) {
    let differences = 2 * frames - 1
    for index in 0..<differences {
      let row = bucket(index - (frames - 1)) * heads
      for head in 0..<heads {
        y[head * differences + index] = table[row + head]
      }
    }
  }
}
