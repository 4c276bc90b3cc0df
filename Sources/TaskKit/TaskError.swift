import TaskABI

/// Why a task cannot go on, in words for the person who runs it: what is
/// wrong, where, and how to mend it.
///
/// Any error thrown by an expert's method reaches the host; this one chooses
/// its status.
public struct TaskError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The contract's status codes other than success.
  public enum Status: Int32, Sendable {
    /// The configuration or an argument is wrong.
    case invalidArgument = 1
    /// A file, corpus, label or name does not exist.
    case notFound = 2
    /// Reading or writing failed.
    case io = 3
    /// Data exist and are not what their format promises.
    case corruptData = 4
    /// Asked for something that this task does not offer.
    case unsupported = 5
    /// The host asked to stop.
    case cancelled = 6
    /// Memory, disk or another resource ran out.
    case resource = 7
    /// A bug of the task.
    case `internal` = 8
  }

  /// Whose fault it is.
  public let status: Status
  /// What is wrong, where, and how to mend it.
  public let message: String

  /// `message` is what the user will read.
  public init(_ status: Status, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The configuration or an argument is wrong; `message` says how to mend it.
  public static func invalidArgument(_ message: String) -> TaskError {
    TaskError(.invalidArgument, message)
  }

  /// Something is not there; `message` says what, where and how to mend it.
  public static func notFound(_ message: String) -> TaskError {
    TaskError(.notFound, message)
  }

  /// Data are not what they promise; `message` says which, where and how.
  public static func corruptData(_ message: String) -> TaskError {
    TaskError(.corruptData, message)
  }

  /// A bug of the task; `message` says what should never be.
  public static func `internal`(_ message: String) -> TaskError {
    TaskError(.internal, message)
  }

  /// - Throws: an error with this message if `status` is not success.
  static func check(
    _ status: superb_status?, _ message: @autoclosure () -> String
  ) throws {
    if let status = Status(rawValue: status ?? SUPERB_UNSUPPORTED) {
      throw TaskError(status, message())
    }
  }

  /// The message.
  public var description: String { message }

  /// The error for a split name that a task does not have.
  public static func unknownSplit(
    _ split: String, known: [String]
  ) -> TaskError {
    TaskError.invalidArgument(
      "there is no split '\(split)'. This task has: "
        + known.joined(separator: ", ") + ".")
  }
}
