@_exported import TaskABI

/// One task's head on one upstream, with its data.
///
/// Every call comes from the thread that made the expert. An error thrown by
/// any method reaches the user through the host; nothing needs to be caught.
public protocol DownstreamExpert: AnyObject, SendableMetatype {
  static var descriptor: TaskDescriptor { get }
  /// The task's cross-validation, if it has one.
  static var folds: Folds? { get }

  /// Reads the whole configuration and makes every parameter.
  init(_ context: TaskContext) throws

  /// The batches of `split` in `epoch` (0, 1, …; 0 for evaluation). The same
  /// arguments give the same batches.
  func dataloader(split: String, epoch: Int) throws -> any Dataloader

  /// The loss of a batch, rank 0. Keeps what `logRecords` will need.
  func forward(_ batch: Batch, split: String) throws -> Tensor

  /// Reports what `forward` has gathered for `split` since the last report,
  /// and forgets it. `step` counts updates of the weights.
  func logRecords(split: String, step: Int, into log: RecordLog) throws

  /// Constant for the life of the expert.
  var pooling: Pooling { get }

  /// All that `forward` keeps for `logRecords`, always the same objects in
  /// the same order. An expert that names none is continued only from steps
  /// right after its training records were reported.
  var memories: [any Remembered] { get }
}

extension DownstreamExpert {
  public static var folds: Folds? { nil }
  public var pooling: Pooling { .none }
  public var memories: [any Remembered] { [] }
}
