/// What the `superb` command ends with.
package enum ExitCode {
  package static let done: Int32 = 0
  /// Some cells of the run failed; the others are on the leaderboard. Also
  /// the end of a command whose one task broke the contract.
  package static let someFailed: Int32 = 1
  /// The user's input is wrong.
  package static let userError: Int32 = 2
  /// A bug of ours.
  package static let internalError: Int32 = 70
  /// Interrupted; running the same command again continues.
  package static let interrupted: Int32 = 75

  /// The exit code of an error: what is neither a ``UserError`` nor a
  /// ``ContractBreach`` is taken for a bug.
  package static func of(_ error: any Error) -> Int32 {
    switch error {
    case is UserError: userError
    case is ContractBreach: someFailed
    default: internalError
    }
  }
}
