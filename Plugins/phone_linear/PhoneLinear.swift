import TaskKit

/// Phone classification of single frames by a linear map.
final class PhoneLinear: DownstreamExpert {
  static let descriptor = TaskDescriptor(
    id: "phone_linear", title: "phone classification, linear",
    summary: "Names the phone of every 10 ms, one of 41, by a linear map.",
    metrics: [.accuracy], corpora: ["librispeech"],
    scalarPrefix: "libri_phone")

  private let phones: AlignedPhones
  private let classifier: FrameClassifier
  private let linear: Linear

  init(_ context: TaskContext) throws {
    phones = try AlignedPhones(context)
    let parameters = context.parameters
    linear = try Linear(
      from: context.upstreamDim, to: AlignedPhones.classCount,
      in: parameters["linear"])
    classifier = try FrameClassifier(
      classes: AlignedPhones.classCount, in: parameters)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try phones.dataloader(for: pass)
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let labels = try phones.labels(of: batch.tags)
    let match = try LengthMatch(batch.offsets, to: labels.map(\.count))
    // What repeats frames may as well repeat their logits.
    return try classifier.loss(
      match(linear(batch.frames)), labels, in: pass)
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    try classifier.logRecords(of: pass, into: log)
  }
}
