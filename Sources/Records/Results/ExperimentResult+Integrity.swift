import Files
import Foundation

/// What holds a result file together: a checksum, and the ranges of figures.
extension ExperimentResult {
  /// The result with the checksum of its own text beside its keys.
  private struct Sealed: Encodable {
    enum Key: String, CodingKey { case checksum }

    let result: ExperimentResult
    let checksum: String

    func encode(to encoder: any Encoder) throws {
      try result.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(checksum, forKey: .checksum)
    }
  }

  /// The file's bytes: sorted keys, indented, a final newline, and the key
  /// `checksum`, which readers of the others may pass over.
  package func encoded() throws -> Data {
    let encoder = JSONEncoder()
    let checksum = try Self.checksum(of: encoder.encode(self))
    encoder.outputFormatting = [
      .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
    ]
    return try encoder.encode(Sealed(result: self, checksum: checksum))
      + Data("\n".utf8)
  }

  /// Whether a file says what was written. One without a checksum is older
  /// than checksums are, and is believed.
  package static func isIntact(_ data: Data) throws -> Bool {
    guard
      case .map(let keys) = try JSONDecoder().decode(
        JSONValue.self, from: data),
      case .string(let checksum)? = keys[Sealed.Key.checksum.rawValue]
    else { return true }
    return try Self.checksum(of: data) == checksum
  }

  /// SHA-256 over the values, whatever the order of keys and the spaces
  /// between them. What a run took, and when, is left out: it may differ
  /// between two runs of one experiment.
  private static func checksum(of data: Data) throws -> String {
    guard
      case .map(var keys) = try JSONDecoder().decode(
        JSONValue.self, from: data)
    else { return "" }
    for key in [Sealed.Key.checksum.rawValue, "cost", "finishedAt"] {
      keys[key] = nil
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = try encoder.encode(JSONValue.map(keys))
    let hasher = DigestHasher()
    hasher.combine("superb.result/1")
    hasher.combine(bytes: text)
    return hasher.finish().hexadecimal
  }
}

extension ExperimentResult.Metric {
  /// Why the value is none that the metric can have, in words that follow
  /// its name; nil for one that is in order. A rate of errors may pass the
  /// whole, since insertions count too.
  package var rangeProblem: String? {
    let whole: Double? =
      switch unit {
      case .fraction: 1
      case .percent: 100
      case .plain: nil
      }
    guard value.isFinite else { return "is \(value), which is no number" }
    guard let whole else { return nil }
    // A mean of many may end a hair beside its limits.
    let slack = whole * 1e-9
    if value < -slack || higherIsBetter && value > whole + slack {
      return "is \(value), outside of 0 … \(Int(whole))"
    }
    return nil
  }
}
