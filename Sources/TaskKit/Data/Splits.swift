/// What a corpus knows of each of its splits, read when it is first asked for.
public final class Splits<Value> {
  private let names: [String]
  private var known: [String: Value] = [:]

  /// `names` are all that there are.
  public init(_ names: [String] = ["train", "dev", "test"]) {
    self.names = names
  }

  /// What `read` has made of the split, the first time only.
  ///
  /// - Throws: ``TaskError`` for a split that is none of them, and what `read`
  ///   throws.
  public func callAsFunction(
    _ split: String, _ read: () throws -> Value
  ) throws -> Value {
    if let value = known[split] { return value }
    guard names.contains(split) else {
      throw TaskError.unknownSplit(split, known: names)
    }
    let value = try read()
    known[split] = value
    return value
  }
}
