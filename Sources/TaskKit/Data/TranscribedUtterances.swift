/// The utterances of a split, each with the symbols that are said in it.
public struct TranscribedUtterances {
  /// In their order; an item's tag is its place.
  public let items: [Item]
  /// The symbols of each.
  public let labels: [[Int]]

  /// The tags of `utterances` are overwritten.
  public init(_ utterances: [(item: Item, labels: [Int])]) {
    items = utterances.enumerated().map { row, one in
      var item = one.item
      item.tag = row
      return item
    }
    labels = utterances.map(\.labels)
  }

  /// The symbols of the utterances with these tags; `split` is named in
  /// errors.
  public func labels(split: String, rows: [Int]) throws -> [[Int]] {
    try rows.map { row in
      guard labels.indices.contains(row) else {
        throw TaskError.internal("the split '\(split)' has no row \(row)")
      }
      return labels[row]
    }
  }
}
