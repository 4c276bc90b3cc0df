/// One layer: attention, then two products with a GELU between, each added to
/// its input.
struct TransformerLayer: Sendable {
  /// Frames that are as wide as the inner product at a time.
  private static let block = 768

  private let size: Int
  private let normalizesFirst: Bool
  private let attention: SelfAttention
  private let attentionNorm: LayerNorm
  private let inner: Dense
  private let outer: Dense
  private let norm: LayerNorm

  init(
    _ index: Int, _ configuration: TransformerConfiguration,
    in reader: ParameterReader
  ) throws {
    let name = ModelConfiguration.Names.layer(index)
    let epsilon = configuration.layerNormEpsilon
    size = configuration.hiddenSize
    normalizesFirst = configuration.normalizesFirst
    attention = try SelfAttention(name, configuration, in: reader)
    attentionNorm = try LayerNorm(
      name + ".layer_norm", epsilon: epsilon, in: reader)
    inner = try Dense(name + ".feed_forward.intermediate_dense", in: reader)
    outer = try Dense(name + ".feed_forward.output_dense", in: reader)
    norm = try LayerNorm(
      name + ".final_layer_norm", epsilon: epsilon, in: reader)
  }

  /// `[frames, size]` to the same; y is not x.
  ///
  /// - Parameter spans: the utterances, one after the other.
  func apply(
    _ x: UnsafePointer<Float>, spans: [FrameSpan],
    into y: UnsafeMutablePointer<Float>, workspace: Workspace
  ) {
    let frames = spans.last?.end ?? 0
    func attend(_ input: UnsafePointer<Float>) {
      attention.apply(
        input, residual: x, spans: spans, into: y, workspace: workspace)
    }
    if normalizesFirst {
      let normalized = workspace.room(.normalized, frames * size)
      attentionNorm.apply(x, rows: frames, into: normalized)
      attend(normalized)
      norm.apply(y, rows: frames, into: normalized)
      feedForward(normalized, frames: frames, into: y, workspace)
    } else {
      attend(x)
      attentionNorm.apply(y, rows: frames, into: y)
      feedForward(y, frames: frames, into: y, workspace)
      norm.apply(y, rows: frames, into: y)
    }
  }

  /// y += outer(gelu(inner(x))); x may be y.
  private func feedForward(
    _ x: UnsafePointer<Float>, frames: Int,
    into y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) {
    let hidden = workspace.room(
      .inner, min(Self.block, frames) * inner.width)
    for first in stride(from: 0, to: frames, by: Self.block) {
      let rows = min(Self.block, frames - first)
      inner.apply(x + first * size, rows: rows, into: hidden, gelu: true)
      outer.apply(
        hidden, rows: rows, into: y + first * size,
        residual: y + first * size)
    }
  }
}
