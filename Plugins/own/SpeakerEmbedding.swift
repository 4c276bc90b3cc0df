import TaskKit

/// A small head that hears who speaks: an affine map and a ReLU of each frame,
/// their mean and standard deviation over time, an affine map to the
/// embedding, and in training the additive margin softmax over speakers.
///
/// It reads "modelrc": `frame_dim`, `embedding_dim`, `scale`, `margin`.
struct SpeakerEmbedding {
  private let projector: Linear
  private let embedding: Linear
  /// [embedding, speakers]: a column a speaker.
  private let speakers: Tensor
  private let scale: Double
  private let margin: Double

  init(speakers count: Int, _ context: TaskContext) throws {
    let config = context.config
    let frameWidth = try config.integer(
      "modelrc.frame_dim", default: 256, atLeast: 1)
    let width = try config.integer(
      "modelrc.embedding_dim", default: 256, atLeast: 1)
    scale = try config.number("modelrc.scale", default: 30)
    margin = try config.number("modelrc.margin", default: 0.2)
    let parameters = context.parameters
    projector = try Linear(
      from: context.upstreamDim, to: frameWidth, in: parameters["projector"])
    embedding = try Linear(
      from: 2 * frameWidth, to: width, in: parameters["embedding"])
    speakers = try parameters["objective"].parameter(
      "weight", [width, count],
      .normal(mean: 0, deviation: (2 / Double(width + count)).squareRoot()))
  }

  /// The loss of a batch whose tags are speakers.
  func loss(_ batch: Batch) throws -> Tensor {
    try vectors(batch).amSoftmax(
      weight: speakers, batch.tags, scale: scale, margin: margin)
  }

  /// Of each utterance, of unit length; none if an operator has failed.
  func embeddings(_ batch: Batch) throws -> [[Float]] {
    let values = try vectors(batch).values
    let width = values.count / max(batch.ids.count, 1)
    guard width > 0 else { return [] }
    return stride(from: 0, to: values.count, by: width).map { start in
      let vector = values[start..<start + width]
      let norm = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      return vector.map { Float(Double($0) / max(norm, 1e-12)) }
    }
  }

  static func cosine(_ one: [Float], _ other: [Float]) -> Double {
    zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// [utterances, embedding]
  private func vectors(_ batch: Batch) throws -> Tensor {
    for (index, id) in batch.ids.enumerated()
    where batch.offsets[index + 1] - batch.offsets[index] < 2 {
      throw TaskError.corruptData(
        "\(id) has a single frame; a deviation over time needs two")
    }
    return embedding(
      projector(batch.frames).relu().segmentStatistics(batch.offsets))
  }
}
