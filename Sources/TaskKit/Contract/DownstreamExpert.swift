@_exported import TaskABI

/// One task's head on one upstream, with its data.
///
/// Every call comes from the thread that made the expert. An error thrown by
/// any method reaches the user through the host; nothing needs to be caught.
public protocol DownstreamExpert: AnyObject, SendableMetatype {
  /// What the task says of itself. Constant.
  static var descriptor: TaskDescriptor { get }
  /// The task's cross-validation, if it has one.
  static var folds: Folds? { get }

  /// Reads the whole configuration and makes every parameter.
  init(_ context: TaskContext) throws

  /// The batches of a pass. The same split, epoch and `isTraining` give the
  /// same batches.
  func dataloader(for pass: Pass) throws -> any Dataloader

  /// The loss of a batch, rank 0. Keeps what `logRecords` will need, in
  /// ``Records`` or one of the kit's own records.
  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor

  /// Reports what `forward` has gathered in such passes since the last
  /// report, and forgets it.
  func logRecords(of pass: Pass, into log: RecordLog) throws

  /// Constant for the life of the expert.
  var pooling: Pooling { get }
}

extension DownstreamExpert {
  /// None.
  public static var folds: Folds? { nil }
  /// All frames.
  public var pooling: Pooling { .none }
}
