/// Fits frames to labels that count time in other steps, as s3prl does: if
/// there are about k labels a frame, each frame stands k times; then what is
/// too many is cut off, and what is missing repeats the last frame. Labels
/// are left as they are.
public struct LengthMatch {
  /// Where the utterances begin after the match, and the end.
  public let offsets: [Int64]
  /// The row for each matched frame; nil if all lengths agree.
  private let rows: [Int]?

  /// - Parameters:
  ///   - offsets: The utterances' rows before the match, none without rows.
  ///   - lengths: How many frames each shall have.
  public init(_ offsets: [Int64], to lengths: [Int]) throws {
    guard offsets.count == lengths.count + 1 else {
      throw TaskError.internal(
        "\(lengths.count) lengths for \(offsets.count - 1) utterances")
    }
    var rows: [Int] = []
    var matched: [Int64] = [0]
    for (index, length) in lengths.enumerated() {
      let first = Int(offsets[index])
      let count = Int(offsets[index + 1]) - first
      guard count > 0, length > 0 else {
        throw TaskError.corruptData(
          "an utterance of \(count) frames and \(length) labels")
      }
      rows += Self.frames(count, for: length).map { first + $0 }
      matched.append(Int64(rows.count))
    }
    self.offsets = matched
    self.rows = matched == offsets ? nil : rows
  }

  /// Which of `count` frames stands at each of `length` places.
  static func frames(_ count: Int, for length: Int) -> [Int] {
    let ratio = (Double(length) / Double(count)).rounded(.toNearestOrEven)
    let repeats = max(Int(ratio), 1)
    return (0..<length).map { min($0 / repeats, count - 1) }
  }

  /// [Σ frames, D] -> [Σ lengths, D]
  public func callAsFunction(_ x: Tensor) -> Tensor {
    rows.map { x.gatheringRows($0) } ?? x
  }
}
