/// The share of right answers.
public struct Accuracy: Equatable, Sendable, Codable {
  /// How many of the answers were right.
  public private(set) var correct = 0
  /// How many answers were counted.
  public private(set) var total = 0

  /// Nothing is counted yet.
  public init() {}

  /// Counts one answer. An answer of several columns, such as an intent's
  /// action, object and location, is right only if all of them are.
  ///
  /// - Throws: ``MetricError`` if the numbers of columns differ.
  public mutating func add<Label: Equatable>(
    answer: [Label], truth: [Label]
  ) throws(MetricError) {
    guard answer.count == truth.count else {
      throw MetricError(
        "\(answer.count) columns where the reference has \(truth.count)",
        in: .hypothesis)
    }
    add(isCorrect: answer == truth)
  }

  /// Counts one answer that was judged elsewhere.
  public mutating func add(isCorrect: Bool) {
    correct += isCorrect ? 1 : 0
    total += 1
  }

  /// As a fraction; nil if nothing was counted.
  public var rate: Double? {
    total == 0 ? nil : Double(correct) / Double(total)
  }
}
