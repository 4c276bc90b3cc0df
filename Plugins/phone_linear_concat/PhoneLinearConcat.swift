import TaskKit

/// Phone classification by a linear map of a frame and its neighbours.
final class PhoneLinearConcat: PhoneExpert {
  static let descriptor = TaskDescriptor(
    id: "phone_linear_concat", title: "phone classification, linear, windows",
    summary: "Names the phone of every 10 ms, one of 41, by a linear map of "
      + "nine frames.",
    metrics: [.accuracy], corpora: ["librispeech"],
    scalarPrefix: "libri_phone")

  let phones: AlignedPhones
  let classifier: FrameClassifier
  private let linear: Linear
  private let width: Int

  init(_ context: TaskContext) throws {
    phones = try AlignedPhones(context)
    let config = context.config
    width = try config.integer("modelrc.concat", default: 9, atLeast: 3)
    guard !width.isMultiple(of: 2) else {
      throw config.invalid("modelrc.concat", "must be odd")
    }
    let parameters = context.parameters
    linear = try Linear(
      from: width * context.upstreamDim, to: AlignedPhones.classCount,
      in: parameters["linear"])
    classifier = try FrameClassifier(
      classes: AlignedPhones.classCount, in: parameters)
  }

  func logits(_ frames: Tensor, _ match: LengthMatch) -> Tensor {
    let frames = match(frames)
    return linear(
      frames.gatheringRows(Self.rows(match.offsets, width: width)).reshaped([
        Int(match.offsets.last ?? 0), width * (frames.shape.last ?? 0),
      ]))
  }

  /// The rows of each window: block c of frame t is frame t - (c - middle), so
  /// that blocks before the middle hold later frames. Beyond an utterance's
  /// ends its first and last frame are repeated.
  static func rows(_ offsets: [Int64], width: Int) -> [Int] {
    let middle = width / 2
    return zip(offsets, offsets.dropFirst()).flatMap { first, end in
      (Int(first)..<Int(end)).flatMap { row in
        (0..<width).map {
          min(max(row - ($0 - middle), Int(first)), Int(end) - 1)
        }
      }
    }
  }
}
