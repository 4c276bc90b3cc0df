import TaskABI

/// Why an operator could not be applied. Not a bug of ours: whoever wrote the
/// model can mend it, or whoever chose its configuration.
package struct OperatorError: Error, Equatable, CustomStringConvertible {
  /// The operator, as the contract names it: "linear".
  package let name: String
  /// What is wrong, with the shapes concerned.
  package let what: String
  /// As the contract reports it; SUPERB_INVALID_ARGUMENT unless said.
  package let status: superb_status

  package init(
    _ name: String, _ what: String,
    status: superb_status = SUPERB_INVALID_ARGUMENT
  ) {
    self.name = name
    self.what = what
    self.status = status
  }

  package var description: String { "\(name): \(what)" }
}

/// Refuses what an operator cannot be applied to, unless it `holds`.
func require(
  _ holds: Bool, _ name: String, _ what: @autoclosure () -> String
) throws {
  if !holds { throw OperatorError(name, what()) }
}
