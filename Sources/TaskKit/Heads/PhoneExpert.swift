/// A task that names the phone of every 10 ms of LibriSpeech: a descriptor and
/// a head. Data, loss, frame accuracy and best checkpoints are the kit's.
public protocol PhoneExpert: DownstreamExpert {
  /// The utterances and their phones.
  var phones: AlignedPhones { get }
  /// What it has said.
  var classifier: FrameClassifier { get }

  /// Packed frames [Σ, D] -> logits [Σ', ``AlignedPhones/classCount``], where
  /// `match` makes of a frame, or of its logits, one for each label.
  func logits(_ frames: Tensor, _ match: LengthMatch) throws -> Tensor
}

extension PhoneExpert {
  /// The batches of "train", "dev" or "test".
  public func dataloader(for pass: Pass) throws -> any Dataloader {
    try phones.dataloader(for: pass)
  }

  /// The mean cross entropy over all labels.
  public func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let labels = try phones.labels(of: batch.tags)
    let match = try LengthMatch(batch.offsets, to: labels.map(\.count))
    return try classifier.loss(
      logits(batch.frames, match), labels, ids: batch.ids, in: pass)
  }

  /// Accuracy, loss, and a split's best checkpoint.
  public func logRecords(of pass: Pass, into log: RecordLog) throws {
    try classifier.logRecords(of: pass, into: log)
  }
}
