import TaskKit

/// The x-vector network of Snyder et al., "X-vectors: robust DNN embeddings
/// for speaker recognition" (2018), as s3prl has it: without batch norms.
struct XVector {
  /// Frames before and after that a time-delay layer looks at.
  private static let contexts = [(5, 1), (3, 2), (3, 3), (1, 1), (1, 1)]
  /// How many frames the layers take off an utterance.
  static let shrinkage = contexts.reduce(0) { $0 + ($1.0 - 1) * $1.1 }
  /// A standard deviation needs two pooled frames.
  static let fewestFrames = shrinkage + 2

  private let connector: Linear
  private let frames: [SpliceLinear]
  private let first: Linear
  private let second: Linear

  /// - Parameters:
  ///   - frameWidth: Of the connector and all frame layers but the last.
  ///   - pooledWidth: Of the last frame layer, which is pooled.
  ///   - embeddingWidth: Of both layers after the pooling.
  init(
    from inputs: Int, frameWidth: Int, pooledWidth: Int, embeddingWidth: Int,
    in parameters: Parameters
  ) throws {
    connector = try Linear(
      from: inputs, to: frameWidth, in: parameters["connector"])
    let layers = Self.contexts.count
    frames = try Self.contexts.enumerated().map { index, context in
      try SpliceLinear(
        from: frameWidth, to: index + 1 < layers ? frameWidth : pooledWidth,
        width: context.0, dilation: context.1,
        in: parameters["frames"]["\(index)"])
    }
    first = try Linear(
      from: 2 * pooledWidth, to: embeddingWidth, in: parameters["first"])
    second = try Linear(
      from: embeddingWidth, to: embeddingWidth, in: parameters["second"])
  }

  /// [Σ frames, inputs] -> [utterances, embeddingWidth]: what recordings are
  /// compared by.
  func embedding(_ x: Tensor, _ offsets: [Int64]) -> Tensor {
    var x = connector(x)
    var offsets = offsets
    for layer in frames {
      (x, offsets) = layer(x, offsets)
      x = x.relu()
    }
    return first(x.segmentStatistics(offsets)).relu()
  }

  /// [Σ frames, inputs] -> [utterances, embeddingWidth]: the embedding after
  /// one more layer, which training classifies.
  func trained(_ x: Tensor, _ offsets: [Int64]) -> Tensor {
    second(embedding(x, offsets)).relu()
  }
}
