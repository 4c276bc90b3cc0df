import TaskABI

/// Where `logRecords` puts what it has. Valid during that call only.
public struct RecordLog {
  private let records: UnsafePointer<superb_records>

  init(_ records: UnsafePointer<superb_records>) {
    self.records = records
  }

  /// One figure of the split, in the unit that the descriptor declares. A
  /// name that it does not declare is logged, and not ranked.
  public func metric(_ name: String, _ value: Double) {
    records.pointee.metric?(records, name, value)
  }

  /// Asks the host to save the current state under this name.
  public func save(as fileName: String) {
    records.pointee.save_as?(records, fileName)
  }

  /// What the model said of one utterance, and what is true.
  ///
  /// - Parameters:
  ///   - id: the item's. A split predicts an id at most once.
  ///   - predicted: in the task's natural form: words, a label.
  ///   - truth: in the same form.
  ///   - scores: numbers behind it by what they are: "probability",
  ///     "posterior". Kept with the prediction.
  ///   - attributes: what else there is to say. Kept with the prediction.
  public func prediction(
    id: String, predicted: String, truth: String,
    scores: [String: [Double]] = [:], attributes: [String: String] = [:]
  ) {
    let crossing = PredictionMemory(
      id: id, predicted: predicted, truth: truth, scores: scores,
      attributes: attributes)
    withExtendedLifetime(crossing) {
      records.pointee.prediction?(records, crossing.prediction)
    }
  }

  /// Replaces a file of the experiment's folder. No folders in the name.
  public func file(_ name: String, _ text: String) throws {
    var text = text
    let status = text.withUTF8 {
      records.pointee.file?(records, name, $0.baseAddress, $0.count)
    }
    try TaskError.check(status, "could not write the record '\(name)'")
  }
}
