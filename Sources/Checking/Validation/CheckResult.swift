import Records

/// How a check has ended.
package enum CheckStatus: String, Codable, Sendable {
  case passed
  /// The contract is kept, and the author most likely wants to know this.
  case warning
  case failed
  /// The process of the check ended before the check did.
  case crashed
  /// The check was ended after its time limit.
  case hung
  /// It could not be tried; the message says what is missing.
  case skipped

  package var isFailure: Bool {
    switch self {
    case .failed, .crashed, .hung: true
    case .passed, .warning, .skipped: false
    }
  }
}

/// What one check found.
package struct CheckResult: Codable, Equatable, Sendable {
  /// The check's id, as `--only` takes it.
  package var check: String
  /// The task that was looked at; nil for what concerns the whole library.
  package var task: String?
  package var status: CheckStatus
  /// What holds, or what is wrong, in one line.
  package var message: String
  package var seconds: Double
}

/// What a check's process tells its parent, one JSON object a line.
struct CheckMessage: Codable {
  /// The call that comes next: what a crash will be blamed on.
  var doing: String?
  var status: CheckStatus?
  var message: String?
  /// What the library says of its tasks, from the check that asks it.
  var descriptions: [TaskDescription]?
}
