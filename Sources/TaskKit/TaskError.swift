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

  /// The message.
  public var description: String { message }

  /// The error for a split name that a task does not have.
  public static func unknownSplit(
    _ split: String, known: [String]
  ) -> TaskError {
    TaskError(
      .invalidArgument,
      "there is no split '\(split)'. This task has: "
        + known.joined(separator: ", ") + ".")
  }
}
