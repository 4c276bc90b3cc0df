import Records

/// The training of a head, or of several that differ in learning rate, batch
/// by batch: whoever runs several of them says which goes on.
protocol HeadTraining: AnyObject {
  /// Whether the last step was done, with all that follows from it.
  var isOver: Bool { get }

  /// Spent in updates by this process, evaluations left out.
  var trainingSeconds: Double { get }
  /// The seconds of ``trainingSeconds``, by what they were spent on.
  var times: TrainingTimes { get }

  /// Takes the next batch.
  ///
  /// - Throws: `Interrupted` if somebody asked to stop; the state is kept.
  func advance() throws

  /// Keeps the state, so that another process can go on.
  func keepForLater()
}

extension HeadTraining {
  func finish() throws {
    while !isOver { try advance() }
  }
}

extension Trainer: HeadTraining {
  func keepForLater() {
    if isStopped { return }
    // It throws once the state is kept, since whoever asked wants to stop.
    try? stopIfPossible()
  }
}
