import Diagnostics

/// The acoustic model's tokens in the order of its outputs, and which of them
/// mean blank and silence.
package struct TokenSet: Sendable, Equatable {
  package let names: [String]
  package let blank: Int
  package let silence: Int
  private let numbers: [String: Int]

  /// Reads a file with one token a line.
  ///
  /// - Parameters:
  ///   - blank: the name of the blank; nil for `<s>`, or `-` if there is none.
  ///   - silence: the name of the silence or word boundary; nil for `|`.
  /// - Throws: `UserError` with the line that is wrong.
  package init(path: String, blank: String? = nil, silence: String? = nil)
    throws
  {
    let lines = try LineReader(path: path)
    var names: [String] = []
    while let line = try lines.next() {
      let name = String(decoding: line, as: UTF8.self)
      guard !line.isBlank else { throw lines.error("the line is empty") }
      names.append(name)
    }
    try self.init(names, blank: blank, silence: silence, at: path)
  }

  /// - Parameter location: what errors name.
  package init(
    _ names: [String], blank: String? = nil, silence: String? = nil,
    at location: String? = nil
  ) throws {
    var numbers: [String: Int] = [:]
    for (index, name) in names.enumerated() {
      guard numbers.updateValue(index, forKey: name) == nil else {
        throw UserError(
          "the token '\(name)' is there twice",
          at: location.map { "\($0):\(index + 1)" })
      }
    }
    func find(_ name: String?, _ defaults: [String], _ option: String) throws
      -> Int
    {
      let wanted = name.map { [$0] } ?? defaults
      guard let found = wanted.lazy.compactMap({ numbers[$0] }).first else {
        let tried = wanted.map { "'\($0)'" }.joined(separator: " or ")
        throw UserError(
          "there is no token \(tried)", at: location,
          fix: "name it with \(option)")
      }
      return found
    }
    self.names = names
    self.numbers = numbers
    self.blank = try find(blank, ["<s>", "-"], "--blank")
    self.silence = try find(silence, ["|"], "--silence")
  }

  package var count: Int { names.count }

  /// The number of a token; nil if there is none of this name.
  package func index(of name: String) -> Int? { numbers[name] }
}
