/// Rows of numbers, `[Σ frames, width]`, the utterances of a pass one after
/// the other; and the operators that networks are written in.
///
/// What runs them decides what they do: ``PackedFrames`` make hidden states
/// as fast as can be, ``TapedFrames`` record what gradients need,
/// ``OutlineFrames`` only look. Weights go by name. Each utterance fares as
/// if it were alone. A `consuming` operator works in place where nobody else
/// holds its frames, as nobody does between the calls of a chain.
package protocol Frames {
  associatedtype Failure: Error

  /// Numbers in a frame.
  var width: Int { get }

  /// Makes x the next hidden state.
  func keep() throws(Failure)

  /// x Wᵀ + b, to `width` columns; with `gelu`, gelu of that.
  func linear(
    _ name: String, to width: Int, hasBias: Bool, gelu: Bool
  ) throws(Failure) -> Self

  /// residual + W₂ gelu(W₁ x): `inner` columns between the products
  /// `intermediate_dense` and `output_dense`.
  func feedForward(
    _ name: String, inner: Int, addedTo residual: Self
  ) throws(Failure) -> Self

  /// residual + what each frame of an utterance draws from all its frames.
  func attention(
    _ name: String, _ shape: AttentionShape, addedTo residual: Self
  ) throws(Failure) -> Self

  /// Each row brought to mean 0 and variance 1; then scaled and shifted, if
  /// there is a name; then its gelu, if wished.
  consuming func layerNorm(
    _ name: String?, epsilon: Double, gelu: Bool
  ) throws(Failure) -> Self

  /// The numbers of an utterance and of each group of columns brought to mean
  /// 0 and variance 1; then, if affine, each column scaled and shifted.
  consuming func groupNorm(
    _ name: String, groups: Int, isAffine: Bool
  ) throws(Failure) -> Self

  /// A convolution over the frames of each utterance; with `gelu`, gelu of
  /// that.
  func convolution(
    _ name: String, _ shape: FrameConvolution, gelu: Bool
  ) throws(Failure) -> Self

  /// From samples to frames: convolutions with their norms and gelus.
  func frontEnd(_ shape: FrontEndShape) throws(Failure) -> Self

  /// Gated recurrent units, forward in time from a zero state: one layer of
  /// PyTorch's GRU.
  func gatedRecurrence(
    _ name: String, to width: Int
  ) throws(Failure) -> Self

  /// A long short-term memory, forward in time from a zero state: layer
  /// `layer` of PyTorch's LSTM of that name.
  func longShortTermMemory(
    _ name: String, layer: Int, to width: Int
  ) throws(Failure) -> Self

  /// Each frame as the sum of one vector from each of `count` codebooks, each
  /// of `size` vectors: the nearest to what the books before it have left.
  /// No gradient goes through.
  func quantized(
    _ name: String, count: Int, size: Int
  ) throws(Failure) -> Self

  /// x + y.
  func add(_ y: Self) throws(Failure) -> Self

  /// (x + input) · √scale. If the input has more rows, as many of them at
  /// even distances.
  consuming func residual(
    of input: Self, scale: Double
  ) throws(Failure) -> Self

  consuming func activation(
    _ activation: Activation
  ) throws(Failure) -> Self

  /// The first half of the columns, each times the sigmoid of its fellow in
  /// the second.
  func gated() throws(Failure) -> Self

  /// factor · x.
  consuming func scaled(by factor: Double) throws(Failure) -> Self

  /// Of each `count` frames of an utterance their mean; fewer that are left
  /// over are left out.
  func pooled(by count: Int) throws(Failure) -> Self

  /// Each column less its running mean and over its running deviation, then
  /// scaled and shifted: PyTorch's BatchNorm1d as it is in evaluation, in
  /// fine-tuning, too.
  consuming func batchNorm(
    _ name: String, epsilon: Double
  ) throws(Failure) -> Self

  /// ln(1 + |x|).
  consuming func compressed() throws(Failure) -> Self

  /// x + the sinusoids of its frames' positions.
  consuming func addSinusoids() throws(Failure) -> Self

  /// x + a learnt row for each frame of an utterance, of which there are no
  /// more than `count`.
  consuming func addPositions(
    _ name: String, count: Int
  ) throws(Failure) -> Self

  /// Patches of a spectrogram, band by band, each brought to `width` columns;
  /// two tokens before those of each utterance, and positions on all.
  func patches(
    _ name: String, _ shape: PatchShape, to width: Int
  ) throws(Failure) -> Self

  /// A spectrogram of `shape.bins`, halved in time and in its bins, each frame
  /// then brought to `width` columns.
  func subsampled(
    _ name: String, _ shape: SubsamplingShape, to width: Int
  ) throws(Failure) -> Self

  /// For each time the mean over the bands of such patches.
  func meanOverBands(_ shape: PatchShape) throws(Failure) -> Self

  /// The same frames as more utterances, none longer than `longest` frames
  /// unless that is 0: as few as that takes, all but the last of one length,
  /// which is a multiple of `multiple`.
  func cut(longest: Int, multiple: Int) throws(Failure) -> Self

  /// A distilled model's guess at one of its teacher's layers: of x's
  /// `count` equal parts of columns the one at `index`, through weights
  /// `[count, inner, width]` of its own.
  func predictionHead(
    _ name: String, index: Int, of count: Int, to width: Int
  ) throws(Failure) -> Self
}

extension Frames {
  consuming func batchNorm(_ name: String) throws(Failure) -> Self {
    try batchNorm(name, epsilon: 1e-5)
  }

  func linear(
    _ name: String, to width: Int, gelu: Bool = false
  ) throws(Failure) -> Self {
    try linear(name, to: width, hasBias: true, gelu: gelu)
  }

  func cut(longest: Int) throws(Failure) -> Self {
    try cut(longest: longest, multiple: 1)
  }

  func convolution(
    _ name: String, _ shape: FrameConvolution
  ) throws(Failure) -> Self {
    try convolution(name, shape, gelu: false)
  }

  consuming func layerNorm(
    _ name: String?, epsilon: Double
  ) throws(Failure) -> Self {
    try layerNorm(name, epsilon: epsilon, gelu: false)
  }

  package func feedForward(
    _ name: String, inner: Int, addedTo residual: Self
  ) throws(Failure) -> Self {
    try residual.add(
      linear(name + ".intermediate_dense", to: inner, gelu: true)
        .linear(name + ".output_dense", to: residual.width))
  }
}

/// A function of single numbers.
package enum Activation: String, Sendable, Codable {
  case relu, gelu
  /// x, and exp(x) - 1 below 0.
  case elu
  /// x · sigmoid(x).
  case swish
}
