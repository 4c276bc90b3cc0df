import Foundation
import TaskABI
import TaskKit
import Testing

/// A task that gathers in everything that resumes by itself, and gives
/// predictions all that they may carry.
private final class GatheringTask: DownstreamExpert {
  static let descriptor = TaskDescriptor(
    id: "gathering", title: "gathering", summary: "Gathers.",
    metrics: [.accuracy], scalarPrefix: "gathering")

  private let losses: Records<[Double]>
  private let outcomes: ClassificationRecords

  init(_ context: TaskContext) throws {
    losses = Records(context)
    outcomes = ClassificationRecords(context)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    let ids = pass.isTraining ? ["a", "b"] : ["c"]
    return try BatchPlan.sequential(
      ids.map {
        Item(
          id: $0, tag: 0, audio: AudioSource(path: "/\($0)"),
          attributes: ["speaker": "of \($0)"])
      }, batchSize: 1)
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let loss = batch.frames.sum()
    losses.update(pass, from: []) {
      $0 += loss.values.map(Double.init)
    }
    outcomes.add(
      zip(batch.ids, batch.attributes).map {
        ClassificationRecords.Outcome(
          id: $0, predicted: $1["speaker"] ?? "", truth: "")
      }, loss: loss, in: pass)
    return loss
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    guard let losses = losses.take(pass), let summary = outcomes.take(pass)
    else { return }
    log.metric("sum", losses.reduce(0, +))
    for outcome in summary.outcomes {
      log.prediction(
        id: outcome.id, predicted: outcome.predicted, truth: outcome.truth,
        scores: ["posterior": [0.25, 0.75]],
        attributes: ["step": "\(pass.step)"])
    }
  }
}

@Suite struct RecordsTests {
  private func state(
    _ experiment: TestExperiment
  ) throws -> UnsafePointer<superb_state> {
    let table = experiment.expert.pointee.get_extension(
      experiment.expert, SUPERB_STATE_EXTENSION)
    return try #require(table).assumingMemoryBound(to: superb_state.self)
  }

  @Test func trainingAndEvaluationOfOneSplitAreKeptApart() throws {
    let experiment = try TestExperiment(GatheringTask.self, TestHost())
    _ = try experiment.run("train") { _ in [1, 1, 1] }
    _ = try experiment.run("train", isTraining: false) { _ in [5, 0, 0] }
    let evaluation = try experiment.report("train", isTraining: false)
    #expect(evaluation.metrics == ["sum": 5])
    #expect(evaluation.predictions == [["c", "of c", ""]])
    let training = try experiment.report("train", step: 7)
    #expect(training.metrics == ["sum": 6])
    #expect(training.predictions.map(\.first) == ["a", "b"])
    #expect(training.scores == ["posterior": [0.25, 0.75]])
    #expect(training.attributes == ["step": "7"])
  }

  @Test func whatIsGatheredGoesOnInAnotherExpert() throws {
    let first = try TestExperiment(GatheringTask.self, TestHost())
    _ = try first.run("train") { _ in [1, 2, 3] }
    let table = try state(first)
    var bytes = Data()
    let status = withUnsafeMutablePointer(to: &bytes) { bytes in
      table.pointee.save(
        first.expert,
        { context, piece, length in
          context!.assumingMemoryBound(to: Data.self).pointee.append(
            Data(bytes: piece!, count: length))
        }, bytes)
    }
    #expect(status == SUPERB_OK)
    let second = try TestExperiment(GatheringTask.self, TestHost())
    let other = try state(second)
    let loaded = bytes.withUnsafeBytes {
      other.pointee.load(second.expert, $0.baseAddress, $0.count)
    }
    #expect(loaded == SUPERB_OK)
    #expect(try second.report("train") == first.report("train"))
    #expect(
      other.pointee.load(second.expert, "rubbish", 7) == SUPERB_CORRUPT_DATA)
  }

  @Test func aTaskThatGathersNothingOffersNoState() throws {
    let experiment = try TestExperiment(BulkTask.self, TestHost())
    #expect(
      experiment.expert.pointee.get_extension(
        experiment.expert, SUPERB_STATE_EXTENSION) == nil)
  }
}
