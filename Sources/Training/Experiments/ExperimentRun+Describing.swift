import Records
import Tensors

extension ExperimentRun {
  /// Writes into the log what is trained, and on how much: every layer with
  /// its shape, the utterances of each split.
  func describe(_ session: ExperimentSession, in folder: ExperimentFolder)
    throws
  {
    let trained = session.parameters.filter { !$0.isBuffer }
    let count = trained.reduce(0) { $0 + $1.values.count }
    try folder.log(
      "\(experiment.upstream) × \(experiment.name): \(count) numbers are"
        + " trained, in \(trained.count) parameters")
    for parameter in trained {
      let shape = (0..<parameter.shape.rank).map { parameter.shape[$0] }
      try folder.log("  \(parameter.name) \(shape)")
    }
    for (split, count) in session.feed.utterances.sorted(by: { $0.key < $1.key }
    ) {
      try folder.log("\(split): \(count) utterances")
    }
    let settings = session.settings
    try folder.log(
      "\(settings.totalSteps) updates of \(settings.accumulation) batches each")
  }
}
