import TaskKit

/// Phone classification of single frames by a network of one hidden layer.
final class PhoneOneHidden: PhoneExpert {
  static let descriptor = TaskDescriptor(
    id: "phone_1hidden", title: "phone classification, one hidden layer",
    summary: "Names the phone of every 10 ms, one of 41, by a network of one "
      + "hidden layer.",
    metrics: [.accuracy], corpora: ["librispeech"],
    scalarPrefix: "libri_phone")

  let phones: AlignedPhones
  let classifier: FrameClassifier
  private let hidden: Linear
  private let dropout: Dropout
  private let output: Linear

  init(_ context: TaskContext) throws {
    phones = try AlignedPhones(context)
    let config = context.config
    let width = try config.integer(
      "modelrc.hidden_size", default: 768, atLeast: 1)
    dropout = Dropout(try config.number("modelrc.dropout", default: 0))
    guard (0..<1).contains(dropout.probability) else {
      throw config.invalid("modelrc.dropout", "must be from 0 to below 1")
    }
    let parameters = context.parameters
    hidden = try Linear(
      from: context.upstreamDim, to: width, in: parameters["hidden"])
    output = try Linear(
      from: width, to: AlignedPhones.classCount, in: parameters["output"])
    classifier = try FrameClassifier(
      classes: AlignedPhones.classCount, in: parameters)
  }

  /// What repeats frames may as well repeat their logits, unless each
  /// repetition is to drop out on its own.
  func logits(_ frames: Tensor, _ match: LengthMatch) -> Tensor {
    dropout.probability > 0 ? network(match(frames)) : match(network(frames))
  }

  private func network(_ x: Tensor) -> Tensor {
    output(dropout(hidden(x)).relu())
  }
}
