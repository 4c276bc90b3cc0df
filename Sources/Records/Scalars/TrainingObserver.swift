import Files

/// Told what training reports, as it happens: a file of scalars, a curve.
///
/// What was told after a checkpoint is told again when training continues
/// from it, so an observer can be taken back to a mark.
package protocol TrainingObserver: AnyObject {
  /// Its name in checkpoints.
  var name: String { get }

  /// A figure of the split `split` at `step`; `name` as the task gives it.
  func scalar(_ name: String, of split: String, _ value: Double, step: Int)
    throws

  /// Gives a mark for this moment, and makes all that was told durable unless
  /// it may be lost with the machine's power.
  func mark(flushed: Bool) throws -> Int

  /// Throws if something is lost that was told before `mark`.
  func check(_ mark: Int) throws

  /// Forgets what was told after `mark`; all of it if `mark` is 0.
  func rewind(to mark: Int) throws
}

/// `scalars.jsonl`: one JSON object a line.
package final class ScalarLog: TrainingObserver {
  package let name = "scalars"
  private let prefix: String
  private let file: AppendedFile

  /// - Parameter prefix: what scalars are called by, with the fold.
  package init(path: String, prefix: String) throws {
    self.prefix = prefix
    file = try AppendedFile(path: path)
  }

  package func scalar(
    _ name: String, of split: String, _ value: Double, step: Int
  ) throws {
    try file.append(
      """
      {"name":"\(prefix)/\(split)-\(name)","step":\(step),\
      "value":\(value.isFinite ? "\(value)" : "null")}\n
      """)
  }

  package func mark(flushed: Bool) throws -> Int {
    try file.mark(flushed: flushed)
  }
  package func check(_ mark: Int) throws { try file.check(mark) }
  package func rewind(to mark: Int) throws { try file.rewind(to: mark) }
}
