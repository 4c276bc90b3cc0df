import Kernels

/// A convolution over frames that lie channels last: one product over rows
/// that overlap.
///
/// With three taps at every second frame, two outputs y that follow each other
/// share an input: with a, b, c, d, e their five inputs and u, v, w the taps,
///
///     y0 = u a + v b + w c = u (a - c) + v b + (u + w) c
///     y1 = u c + v d + w e = w (e - c) + v d + (u + w) c
///
/// where the last product is one for both: five products in place of six.
struct StridedConvolution: Sendable {
  /// Fewer rows do not pay for reading more weights.
  private static let fewestPairs = 32

  private let shape: ConvolutionShape
  private let inputs: Int
  private let product: Dense
  private let shared: SharedTaps?

  private struct SharedTaps: Sendable {
    var first, middle, last, sum: Dense
  }

  /// - Parameter weights: `[channels, inputs, kernel]`, as PyTorch's.
  init(
    _ shape: ConvolutionShape, inputs: Int, weights: [Float], bias: [Float]?
  ) {
    self.shape = shape
    self.inputs = inputs
    let (outputs, kernel) = (shape.channels, shape.kernel)
    let weights = Self.channelsLast(weights, inputs: inputs, kernel: kernel)
    product = Dense(
      depth: inputs * kernel, width: outputs, weights: weights, bias: bias)
    guard kernel == 3, shape.stride == 2 else {
      shared = nil
      return
    }
    func tap(_ index: Int) -> [Float] {
      var taken: [Float] = []
      for output in 0..<outputs {
        let start = (output * kernel + index) * inputs
        taken += weights[start..<start + inputs]
      }
      return taken
    }
    func dense(_ weights: [Float], bias: [Float]? = nil) -> Dense {
      Dense(depth: inputs, width: outputs, weights: weights, bias: bias)
    }
    let (first, last) = (tap(0), tap(2))
    shared = SharedTaps(
      first: dense(first), middle: dense(tap(1)), last: dense(last.map { -$0 }),
      sum: dense(zip(first, last).map { $0 + $1 }, bias: bias))
  }

  /// `[outputs, inputs, kernel]` as `[outputs, kernel, inputs]`.
  private static func channelsLast(
    _ weights: [Float], inputs: Int, kernel: Int
  ) -> [Float] {
    var turned = [Float](repeating: 0, count: weights.count)
    for start in stride(from: 0, to: weights.count, by: inputs * kernel) {
      for input in 0..<inputs {
        for tap in 0..<kernel {
          turned[start + tap * inputs + input] =
            weights[start + input * kernel + tap]
        }
      }
    }
    return turned
  }

  /// Writes `[rows, channels]` from x, whose first row is the first output's.
  ///
  /// - Parameter yStride: numbers from one row of y to the next.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>,
    stride yStride: Int? = nil, gelu: Bool, workspace: PassWorkspace
  ) {
    let pairs = rows / 2
    let yStride = yStride ?? shape.channels
    var done = 0
    if let shared, pairs >= Self.fewestPairs {
      apply(
        shared, x, pairs: pairs, into: y, stride: yStride, gelu: gelu,
        workspace)
      done = 2 * pairs
    }
    let stride = shape.stride * inputs
    product.apply(
      x + done * stride, stride: stride, rows: rows - done,
      into: y + done * yStride, stride: yStride, gelu: gelu)
  }

  private func apply(
    _ taps: SharedTaps, _ x: UnsafePointer<Float>, pairs: Int,
    into y: UnsafeMutablePointer<Float>, stride yStride: Int, gelu: Bool,
    _ workspace: PassWorkspace
  ) {
    let rows = 2 * pairs
    // a - c and c - e of each pair.
    let differences = workspace.room(.differences, rows * inputs)
    for row in 0..<rows {
      let frame = x + 2 * row * inputs
      superb_sub(inputs, frame, frame + 2 * inputs, differences + row * inputs)
    }
    let (even, odd) = (y, y + yStride)
    func add(
      _ product: Dense, _ x: UnsafePointer<Float>, stride: Int,
      into y: UnsafeMutablePointer<Float>, residual: UnsafePointer<Float>?
    ) {
      product.apply(
        x, stride: stride * inputs, rows: pairs, into: y,
        stride: 2 * yStride, residual: residual)
    }
    add(taps.sum, x + 2 * inputs, stride: 4, into: odd, residual: nil)
    add(taps.first, differences, stride: 2, into: even, residual: odd)
    add(taps.last, differences + inputs, stride: 2, into: odd, residual: odd)
    taps.middle.apply(
      x + inputs, stride: 2 * inputs, rows: rows, into: y, stride: yStride,
      residual: y, gelu: gelu)
  }
}
