/// A task did what the contract does not allow: whoever wrote the task can
/// mend it, neither its user nor this program.
///
/// It costs one cell of a run, with its reason; a command about one task ends
/// with exit code 1.
package struct ContractBreach: Error, Equatable, Codable,
  CustomStringConvertible
{
  /// The task's id, or the file name of a library whose tasks are not known.
  package var task: String
  /// The call in which it happened: `get_dataloader(train, 0)`.
  package var call: String
  /// What the task did, in one sentence without a final full stop.
  package var what: String

  package init(of task: String, in call: String, _ what: String) {
    self.task = task
    self.call = call
    self.what = what
  }

  package var description: String {
    "the task '\(task)' broke the contract in \(call): \(what)"
  }
}
