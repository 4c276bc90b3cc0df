import Kernels

/// A convolution, a norm over all that it puts out, and an activation.
///
/// The norm's mean and variance are those of all channels and frames
/// together, so that nothing is done before the convolution has ended.
struct NormedConvolution: Sendable {
  let shape: ModelConfiguration.Convolution
  private let inputs: Int
  private let product: Dense
  private let gamma: FloatBuffer
  private let beta: FloatBuffer
  private let activation: ConvolutionalConfiguration.Activation

  init(
    _ shape: ModelConfiguration.Convolution, inputs: Int,
    _ name: (product: String, norm: String),
    activation: ConvolutionalConfiguration.Activation,
    in reader: ParameterReader
  ) throws {
    self.shape = shape
    self.inputs = inputs
    self.activation = activation
    product = Dense(
      depth: inputs * shape.kernel, width: shape.channels,
      weights: try FrontEnd.channelsLast(
        name.product + ".weight", in: reader),
      bias: try reader.floatsIfPresent(name.product + ".bias"))
    gamma = FloatBuffer(
      try reader.floatsIfPresent(name.norm + ".weight")
        ?? Array(repeating: 1, count: shape.channels))
    beta = FloatBuffer(
      try reader.floatsIfPresent(name.norm + ".bias")
        ?? Array(repeating: 0, count: shape.channels))
  }

  /// The rows that come of so many; 0 if they are too few.
  func rows(_ count: Int) -> Int {
    count < shape.kernel ? 0 : (count - shape.kernel) / shape.stride + 1
  }

  /// Writes `[rows, channels]` from x `[…, inputs]`.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>
  ) {
    product.apply(x, stride: shape.stride * inputs, rows: rows, into: y)
    let width = Int64(shape.channels)
    var (mean, inverse): (Float, Float) = (0, 0)
    superb_group_norm(
      Int64(rows), width, width, 1e-5, y, gamma.pointer, beta.pointer, y,
      &mean, &inverse)
    let count = Int64(rows) * width
    switch activation {
    case .relu: superb_relu(count, y, y)
    case .gelu: superb_gelu(count, y, y)
    }
  }
}
