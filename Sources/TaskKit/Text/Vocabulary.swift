/// The symbols that a model writes, numbered from 0.
public struct Vocabulary: Sendable, Equatable {
  /// In the order of their numbers.
  public let symbols: [String]
  private let numbers: [String: Int]

  /// A symbol that is listed twice keeps its first number.
  public init(_ symbols: [String]) {
    self.symbols = symbols
    numbers = Dictionary(
      zip(symbols, symbols.indices),
      uniquingKeysWith: { first, _ in first })
  }

  /// How many symbols there are.
  public var count: Int { symbols.count }

  /// The symbol's number, nil if it has none.
  public subscript(symbol: String) -> Int? { numbers[symbol] }

  /// The symbol of a number, nil if it is not one of the vocabulary.
  public func symbol(_ number: Int) -> String? {
    symbols.indices.contains(number) ? symbols[number] : nil
  }
}
