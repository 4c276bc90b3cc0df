/// Several of the user's mistakes, told at once: whoever mends one of them
/// should not meet the next one by the next command.
package struct UserErrors: Error, Equatable, CustomStringConvertible {
  /// At least two, no two alike.
  package let errors: [UserError]

  /// A line for each of them.
  package var description: String {
    errors.map(\.description).joined(separator: "\nerror: ")
  }
}

/// Gathers the user's mistakes of several steps that do not need each other.
package struct Mistakes {
  /// In the order in which they were found, each once.
  package private(set) var errors: [UserError] = []

  package init() {}

  /// What `body` gives; nil if it finds a mistake, which is kept. Errors of
  /// other kinds are thrown on.
  @discardableResult
  package mutating func gather<Result>(
    _ body: () throws -> Result
  ) throws -> Result? {
    do {
      return try body()
    } catch let error as UserError {
      add(error)
    } catch let several as UserErrors {
      several.errors.forEach { add($0) }
    }
    return nil
  }

  package mutating func add(_ error: UserError) {
    if !errors.contains(error) { errors.append(error) }
  }

  /// Throws what has been gathered: a single mistake as itself.
  package func check() throws {
    guard let first = errors.first else { return }
    throw errors.count == 1 ? first : UserErrors(errors: errors)
  }
}
