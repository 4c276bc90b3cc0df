import Foundation
import TaskKit
import Testing

/// From the same weights on the same batches, each head learns as it does in
/// PyTorch: featurizer, model, loss, accumulation, clipping and optimizer.
@Suite struct LossCurveTests {
  struct Head: CustomTestStringConvertible, Sendable {
    let type: any DownstreamExpert.Type
    let split: String
    let overlay: String

    var id: String { type.descriptor.id }
    var testDescription: String { id }
  }

  private struct Curve: Decodable {
    let batches: [[Int]]
    let losses: [Double]
  }

  private static let recurrent = """
    project_dim: 6, RNNs: {dim: [8, 8], dropout: [0, 0]}
    """
  private static let unaugmented = """
    specaug: {apply_time_warp: false, apply_time_mask: false,
      apply_freq_mask: false}

    """
  private static let rate = "optimizer: {lr: 1.0e-2}\n"

  private static func classifier(
    _ type: any DownstreamExpert.Type, _ split: String, batchSize key: String
  ) -> Head {
    Head(
      type: type, split: split,
      overlay: rate
        + "downstream_expert: {datarc: {\(key): 2}, "
        + "modelrc: {projector_dim: 6}}")
  }

  private static func phones(
    _ type: any DownstreamExpert.Type, _ model: String = ""
  ) -> Head {
    // A full bucket is halved.
    Head(
      type: type, split: "test",
      overlay: rate
        + "downstream_expert: {datarc: {bucket_size: 4}\(model)}")
  }

  static let heads = [
    Head(
      type: PhonemeRecognition.self, split: "dev",
      overlay: rate + "downstream_expert: {model: {project_dim: 6}}"),
    Head(
      type: SpeechRecognition.self, split: "dev-clean",
      overlay: rate + unaugmented + """
        downstream_expert: {datarc: {eval_batch_size: 2},
          modelrc: {\(recurrent)}}
        """),
    Head(
      type: SlotFilling.self, split: "dev",
      overlay: rate + unaugmented
        + "downstream_expert: {model: {\(recurrent)}}"),
    Head(
      type: SpeakerDiarization.self, split: "dev",
      overlay: rate + """
        downstream_expert: {loaderrc: {eval_batchsize: 2},
          datarc: {chunk_size: 20}, modelrc: {hidden_size: 8}}
        """),
    // One batch: only its order is drawn.
    Head(
      type: SpeakerVerification.self, split: "train",
      overlay: """
        optimizer: {lr: 1.0e-3}
        downstream_expert: {datarc: {min_timestep: 0}, modelrc: {speakers: 5,
          frame_dim: 8, pooled_dim: 12, embedding_dim: 8}}
        """),
    phones(PhoneLinear.self),
    phones(PhoneLinearConcat.self),
    phones(PhoneOneHidden.self, ", modelrc: {hidden_size: 10}"),
    classifier(KeywordSpotting.self, "test", batchSize: "batch_size"),
    classifier(IntentClassification.self, "dev", batchSize: "eval_batch_size"),
    classifier(SpeakerIdentification.self, "dev", batchSize: "eval_batch_size"),
    classifier(EmotionRecognition.self, "test", batchSize: "eval_batch_size"),
  ]

  private static let curves = Result {
    let file = try #require(
      Bundle.module.url(
        forResource: "curves", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(
      [String: Curve].self, from: Data(contentsOf: file))
  }

  @Test(arguments: heads) func lossFallsAsInPyTorch(_ head: Head) throws {
    let curve = try #require(
      try Self.curves.get()[head.id])
    let training = try CurveTraining(
      head.type, corpora: try CurveCorpora(), split: head.split,
      overlay: head.overlay)
    var batches = try training.batches()
    var expected = curve.batches
    if head.split == "train" {
      batches = batches.map { $0.sorted() }
      expected = expected.map { $0.sorted() }
    }
    #expect(batches == expected)
    let losses = try training.losses()
    try #require(losses.count == curve.losses.count)
    for (step, (loss, known)) in zip(losses, curve.losses).enumerated() {
      #expect(
        abs(loss - known) <= 1e-3 * abs(known),
        "update \(step + 1): \(loss), in PyTorch \(known)")
    }
    // A curve that stands still would show nothing.
    let (first, last) = (curve.losses.first ?? 0, curve.losses.last ?? 0)
    #expect(last < 0.95 * first)
  }

  @Test func everyCurveHasItsHead() throws {
    #expect(
      Set(try Self.curves.get().keys)
        == Set(Self.heads.map(\.id)))
  }
}
