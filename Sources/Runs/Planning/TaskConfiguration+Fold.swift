import Diagnostics
import Records

extension TaskConfiguration {
  /// A copy that trains one fold, unless it names one already. Nothing changes
  /// for a task without folds.
  ///
  /// - Throws: `UserError` for a fold that the task does not have.
  func choosing(
    fold: String, of task: TaskDescription
  ) throws -> TaskConfiguration {
    guard let folds = task.folds else { return self }
    guard folds.names.contains(fold) else {
      throw UserError(
        "'\(task.id)' has no fold '\(fold)'", at: "--downstream-variant",
        fix: "it has " + folds.names.joined(separator: ", "))
    }
    let path = ([Self.expertSection] + folds.configKey).joined(separator: ".")
    return try value.value(at: path) == nil
      ? setting(folds.configKey, to: fold) : self
  }
}
