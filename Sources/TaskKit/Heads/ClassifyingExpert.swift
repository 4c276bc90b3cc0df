/// A task that names the class of an utterance: a descriptor and a corpus.
/// Head, loss, figures and files of predictions are the classifier's.
public protocol ClassifyingExpert: DownstreamExpert {
  /// The head and what it has said.
  var classifier: UtteranceClassifier { get }

  /// What the names of a pass's files of predictions begin with; nil for no
  /// files.
  func filePrefix(of pass: Pass) -> String?
}

extension ClassifyingExpert {
  /// Everything before the mean over an utterance's frames is affine.
  public var pooling: Pooling { .mean }

  /// The split in evaluation, no files in training.
  public func filePrefix(of pass: Pass) -> String? {
    pass.isTraining ? nil : pass.split
  }

  /// The classifier's loss.
  public func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    try classifier.forward(batch, in: pass)
  }

  /// The classifier's figures and predictions.
  public func logRecords(of pass: Pass, into log: RecordLog) throws {
    try classifier.logRecords(
      of: pass, filePrefix: filePrefix(of: pass), into: log)
  }
}

extension ClassifyingExpert where Self: PredictingExpert {
  /// The likeliest class of the batch's only utterance.
  public func answer(_ batch: Batch) throws -> Answer {
    classifier.answer(batch)
  }
}
