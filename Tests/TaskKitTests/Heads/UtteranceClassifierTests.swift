import TaskABI
import TaskKit
import Testing

/// Two classes, whose logits the test sets through the projector's input.
final class TwoClassTask: DownstreamExpert {
  static let descriptor = TaskDescriptor(
    id: "two", title: "two", summary: "Two classes.", metrics: [.accuracy],
    scalarPrefix: "two")

  private let classifier: UtteranceClassifier

  init(_ context: TaskContext) throws {
    classifier = try UtteranceClassifier(
      classes: 2, context, className: { ["no", "yes"][$0] })
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    let tags = pass.split == "bad" ? [2] : [0, 0, 1, 1, 0]
    return try BatchPlan.sequential(
      tags.enumerated().map { index, tag in
        Item(
          id: "u\(index % 4)", tag: tag, audio: AudioSource(path: "/\(index)"))
      }, batchSize: 2)
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    try classifier.forward(batch, in: pass)
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    try classifier.logRecords(
      of: pass, filePrefix: pass.split, into: log)
  }
}

@Suite struct UtteranceClassifierTests {
  @Test func reportsWhatItSawAndForgetsIt() throws {
    let experiment = try TestExperiment(TwoClassTask.self, TestHost())
    let losses = try experiment.run("dev") { _ in [1, 1, 1] }
    #expect(losses.count == 3 && losses.allSatisfy { $0.isFinite })
    let report = try experiment.report("dev")
    // The same frames give the same class everywhere: 2 or 3 of 5 are right.
    let accuracy = try #require(report.metrics["acc"])
    #expect(accuracy == 0.4 || accuracy == 0.6)
    let mean = losses.reduce(0) { $0 + Double($1) } / 3
    #expect(abs((report.metrics["loss"] ?? 0) - mean) < 1e-9)
    #expect(report.saved == ["dev-best.ckpt"])
    // u0 occurs twice and is predicted once.
    #expect(report.predictions.map { $0[0] } == ["u0", "u1", "u2", "u3"])
    #expect(
      report.files["dev_truth.txt"]
        == "u0 no\nu1 no\nu2 yes\nu3 yes\nu0 no\n")
    #expect(report.files["dev_predict.txt"]?.split(separator: "\n").count == 5)

    #expect(try experiment.report("dev") == TestExperiment.Report())
    // An equal accuracy is not better.
    _ = try experiment.run("dev") { _ in [1, 1, 1] }
    #expect(try experiment.report("dev").saved.isEmpty)
    // Another split is never the best.
    _ = try experiment.run("test") { _ in [1, 1, 1] }
    #expect(try experiment.report("test").saved.isEmpty)
  }

  @Test func trainingOfASplitIsCountedApartFromItsEvaluation() throws {
    let experiment = try TestExperiment(TwoClassTask.self, TestHost())
    _ = try experiment.run("dev", isTraining: true) { _ in [1, 1, 1] }
    #expect(try experiment.report("dev") == TestExperiment.Report())
    let training = try experiment.report("dev", isTraining: true)
    #expect(training.metrics["acc"] != nil)
    #expect(training.saved.isEmpty)
  }

  @Test func meanOfFramesGivesWhatFramesGive() throws {
    let host = TestHost(dim: 2)
    let experiment = try TestExperiment(TwoClassTask.self, host)
    let loader = try experiment.loader("dev")
    defer { loader.pointee.destroy(loader) }
    let batch = try experiment.batch(loader, 0)
    func loss(_ frames: [Float], _ offsets: [Int64]) -> Float {
      var features = superb_features()
      features.struct_size = UInt32(MemoryLayout<superb_features>.size)
      features.count = 2
      features.frames = host.engine.make([frames.count / 2, 2], frames)
      var loss: OpaquePointer?
      offsets.withUnsafeBufferPointer {
        features.offsets = $0.baseAddress
        _ = TestExperiment.withPass("train") {
          experiment.expert.pointee.forward(
            experiment.expert, $0, batch, &features, &loss)
        }
      }
      return TestEngine.at(loss)?.values.first ?? .nan
    }
    let whole = loss([1, 2, 3, 4, 5, 9, 2, 2], [0, 3, 4])
    let pooled = loss([3, 5, 2, 2], [0, 1, 2])
    #expect(abs(whole - pooled) < 1e-5)
  }

  @Test func headHasS3PRLsParametersAndABestScore() throws {
    let host = TestHost(
      dim: 768, config: ["modelrc.projector_dim": .integer(256)])
    _ = try TestExperiment(TwoClassTask.self, host)
    let shapes = host.engine.parameters.mapValues(\.shape)
    #expect(
      shapes == [
        "projector.weight": [256, 768], "projector.bias": [256],
        "model.post_net.linear.weight": [2, 256],
        "model.post_net.linear.bias": [2], "best_score": [1],
      ])
    #expect(host.engine.parameters["best_score"]?.flags == 3)
    #expect(host.engine.parameters["projector.weight"]?.flags == 0)
  }

  @Test func anotherHeadIsRefusedByName() {
    let host = TestHost(
      config: ["modelrc.UtteranceLevel.pooling": .text("AttentivePooling")])
    #expect {
      _ = try TestExperiment(TwoClassTask.self, host)
    } throws: {
      ($0 as? TestExperiment.Failure)?.message.contains("AttentivePooling")
        == true
    }
  }

  @Test func aLabelBeyondTheClassesIsAnError() throws {
    let experiment = try TestExperiment(TwoClassTask.self, TestHost())
    #expect {
      _ = try experiment.run("bad") { _ in [1, 1, 1] }
    } throws: {
      ($0 as? TestExperiment.Failure)?.status == SUPERB_CORRUPT_DATA
    }
  }

  @Test func aFailedOperatorGivesANullLossAndNoRecords() throws {
    let host = TestHost()
    let experiment = try TestExperiment(TwoClassTask.self, host)
    host.engine.sequences.pointee.segment_mean = { _, _, _ in nil }
    let losses = try experiment.run("dev") { _ in [1, 1, 1] }
    #expect(losses.allSatisfy { $0.isNaN })
    #expect(try experiment.report("dev") == TestExperiment.Report())
  }
}
