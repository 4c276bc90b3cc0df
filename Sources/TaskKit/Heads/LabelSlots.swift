/// Labels that an utterance has side by side, such as an intent's action,
/// object and location, and the one number that stands for all of them.
public struct LabelSlots: Sendable, Equatable {
  /// What each label may be, in the order of its numbers.
  public let values: [[String]]

  /// `values` of each label, at least one of each.
  public init(_ values: [[String]]) { self.values = values }

  /// The number of a combination, which may be an item's tag; `labels` are
  /// numbers of values.
  public func tag(of labels: [Int]) -> Int {
    zip(values, labels).reduce(0) { $0 * $1.0.count + $1.1 }
  }

  /// The labels of a combination's number.
  public func labels(of tag: Int) -> [Int] {
    var rest = tag
    return values.reversed().map { values in
      defer { rest /= values.count }
      return rest % values.count
    }.reversed()
  }

  /// The values, joined by commas.
  public func text(_ labels: [Int]) -> String {
    zip(values, labels).map { $0[$1] }.joined(separator: ",")
  }
}
