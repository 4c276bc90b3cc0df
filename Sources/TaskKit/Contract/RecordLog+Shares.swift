import Foundation

extension RecordLog {
  /// What one utterance adds to a figure that is a ratio of sums: 3 wrong of
  /// 40 frames. With it the figure's interval can be drawn although its
  /// answers are not kept.
  public struct Share: Codable, Equatable, Sendable {
    /// The figure's name.
    public var metric: String
    /// The utterance's id, or a query's.
    public var id: String
    /// Added above the line.
    public var counted: Double
    /// Added below the line.
    public var possible: Double

    /// All as the type says.
    public init(metric: String, id: String, counted: Double, possible: Double) {
      self.metric = metric
      self.id = id
      self.counted = counted
      self.possible = possible
    }
  }

  /// Keeps them as `<split>_shares.jsonl`; the split's figures must be the
  /// ratios of their sums, in whatever unit, or nobody believes them.
  public func shares(_ shares: [Share], of split: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var lines = Data()
    for share in shares {
      lines += try encoder.encode(share) + [UInt8(ascii: "\n")]
    }
    try file(
      "\(split)_shares.jsonl", String(decoding: lines, as: UTF8.self))
  }
}
