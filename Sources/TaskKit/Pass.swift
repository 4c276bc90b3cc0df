import TaskABI

/// What a call serves: which split, for training or for evaluation, and how
/// far training has come.
///
/// Training is told by `isTraining` alone: users may train on any split, and
/// evaluate the training split too.
public struct Pass: Sendable, Hashable {
  /// As the configuration and the descriptor call it.
  public var split: String
  /// Whether the weights are being trained on these batches. If not, every
  /// utterance is to be heard once, as it is.
  public var isTraining: Bool
  /// Of training: 0, 1, …; 0 in evaluation.
  public var epoch: Int
  /// Updates of the weights so far. No batch depends on it.
  public var step: Int

  /// For tests and for a task's own calls; the host makes those it passes.
  public init(
    _ split: String, isTraining: Bool = false, epoch: Int = 0, step: Int = 0
  ) {
    self.split = split
    self.isTraining = isTraining
    self.epoch = epoch
    self.step = step
  }

  /// Whether this is an evaluation of `split`.
  public func evaluates(_ split: String) -> Bool {
    !isTraining && self.split == split
  }

  /// Names what belongs together in records: training and evaluation of one
  /// split are kept apart.
  var key: String { isTraining ? split : "evaluation of \(split)" }

  init(_ pass: superb_pass) throws {
    guard let split = pass.split else { throw ExpertHandle.nullArgument }
    self.init(
      String(cString: split), isTraining: pass.flags & Self.training != 0,
      epoch: Int(pass.epoch), step: Int(pass.step))
  }

  /// SUPERB_PASS_TRAINING, whose cast the importer does not follow.
  private static let training: UInt32 = 1
}
