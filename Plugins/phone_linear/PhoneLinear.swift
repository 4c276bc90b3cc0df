import TaskKit

/// Phone classification of single frames by a linear map.
final class PhoneLinear: PhoneExpert {
  static let descriptor = TaskDescriptor(
    id: "phone_linear", title: "phone classification, linear",
    summary: "Names the phone of every 10 ms, one of 41, by a linear map.",
    metrics: [.accuracy], corpora: ["librispeech"],
    scalarPrefix: "libri_phone")

  let phones: AlignedPhones
  let classifier: FrameClassifier
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

  /// What repeats frames may as well repeat their logits.
  func logits(_ frames: Tensor, _ match: LengthMatch) -> Tensor {
    match(linear(frames))
  }
}
