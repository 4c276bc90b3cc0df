import Diagnostics

/// One promise of the contract, and how to find out whether it is kept.
struct TaskCheck: Sendable {
  enum Scope: Sendable {
    /// Tried once.
    case library
    /// Tried for each task of the library.
    case task
  }

  let id: String
  /// What holds if the check passes, as a sentence without a full stop.
  let promise: String
  let scope: Scope
  /// Checks that must not have failed for this one to make sense.
  let needs: [String]
  /// Returns if the promise holds, and throws what is wrong.
  let body: @Sendable (CheckRun) throws -> Void

  init(
    _ id: String, _ promise: String, scope: Scope = .task, needs: [String],
    _ body: @escaping @Sendable (CheckRun) throws -> Void
  ) {
    self.id = id
    self.promise = promise
    self.scope = scope
    self.needs = needs
    self.body = body
  }

  /// All checks, each after those that it needs.
  static let all: [TaskCheck] =
    library + descriptors + creation + data + loss + records + extensions
    + life + host

  static func named(_ id: String) throws -> TaskCheck {
    guard let check = all.first(where: { $0.id == id }) else {
      throw UserError(
        "there is no check '\(id)'",
        fix: Suggestion.fix(for: id, among: all.map(\.id)))
    }
    return check
  }
}

/// A promise that is not kept.
struct Violation: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// A check that cannot be tried.
struct Skipped: Error {
  let reason: String
}

/// Throws `violation` unless `condition` holds.
func hold(
  _ condition: Bool, _ violation: @autoclosure () -> String
) throws {
  guard condition else { throw Violation(violation()) }
}
