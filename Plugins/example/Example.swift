import TaskKit

/// The smallest task on the kit's classifier: noise of five to twenty seconds,
/// and labels that mean nothing. `Examples/swift-task` is the same kind of task
/// with every step written out.
final class Example: ClassifyingExpert {
  static let descriptor = TaskDescriptor(
    id: "example", title: "example",
    summary: "Noise with random labels: shows that everything runs.",
    metrics: [.accuracy], scalarPrefix: "example")

  let classifier: UtteranceClassifier
  private let data: NoiseDataset
  private let batching: Batching

  init(_ context: TaskContext) throws {
    let key = "datarc.batch_size"
    batching = try Batching(context, train: 2, evaluation: 2, keys: (key, key))
    data = try NoiseDataset(context)
    let width = try context.config.integer(
      "modelrc.input_dim", default: 256, atLeast: 1)
    let projector = try Linear(
      from: context.upstreamDim, to: width,
      in: context.parameters["connector"])
    let output = try Linear(
      from: width, to: data.classCount,
      in: context.parameters["model"]["linear"])
    classifier = try UtteranceClassifier(
      classes: data.classCount, context, className: { "\($0)" },
      head: { output(projector($0.frames).segmentMean($0.offsets)) })
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try batching(data.items(split: pass.split), for: pass)
  }

  func filePrefix(of pass: Pass) -> String? { nil }
}
