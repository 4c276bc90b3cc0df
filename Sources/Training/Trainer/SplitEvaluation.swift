import Hosting
import Records
import Tensors

/// One pass of an expert over an evaluation split.
struct SplitEvaluation {
  let engine: Engine
  let expert: Expert
  let feed: BatchFeed
  let report: WorkerReport
  /// The share of the split's batches, above 0 and at most 1.
  let ratio: Double
  /// Told why a batch has failed; throws unless it may be left out.
  var leavingOut: (any Error) throws -> Void = { throw $0 }
  /// Told of every batch before it goes through.
  var noting: (ExpertBatch) -> Void = { _ in }

  /// What the expert reports, without dropout or gradients.
  func records(of split: String, step: Int) throws -> SplitRecords {
    try engine.evaluating {
      let pass = ExpertPass.evaluation(of: split, step: step)
      try forward(pass)
      return try expert.records(of: pass)
    }
  }

  private func forward(_ pass: ExpertPass) throws {
    let loader = try feed.batches(for: pass, share: ratio)
    let count = loader.count
    for index in 0..<count {
      try report.checkAllGoOn()
      defer { engine.endStep() }
      do {
        let batch = try loader.batch(index)
        noting(batch)
        let (frames, offsets) = try feed.features(of: batch.items.map(\.span))
        _ = try expert.forward(
          batch, in: pass, frames: frames, offsets: offsets)
      } catch {
        try leavingOut(error)
      }
      report.progress(
        "evaluating \(pass.split)", done: index + 1, total: count)
    }
  }
}
