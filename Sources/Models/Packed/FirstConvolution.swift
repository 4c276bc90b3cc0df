import Kernels

/// The convolution that reads the samples, with its group norm and gelu.
///
/// The norm needs the mean and variance over time of what each filter puts
/// out. Both follow from the means and covariances of the samples under the
/// kernel, a small matrix; so the norm is folded into the filters of the
/// utterance and the output is made once, in pieces.
struct FirstConvolution: Sendable {
  private let shape: ConvolutionShape
  /// `[channels, kernel]`. There is no bias: it would be subtracted again
  /// with the mean.
  private let filters: [Float]
  private let norm: PackedNorm

  /// Filters for one utterance, packed.
  struct Bank {
    var packed: UnsafePointer<Float>
    var bias: UnsafePointer<Float>
  }

  init(_ shape: ConvolutionShape, in reader: ParameterReader) throws {
    let name = FrontEndShape.name(0)
    self.shape = shape
    filters = try reader.floats(name + ".conv.weight")
    norm = try PackedNorm(name + ".layer_norm", in: reader)
  }

  /// The filters for these samples.
  func filters(
    _ samples: UnsafePointer<Float>, count: Int, workspace: PassWorkspace
  ) -> Bank {
    let (kernel, channels) = (shape.kernel, shape.channels)
    let size = superb_dense_room(kernel, channels)
    let packed = workspace.room(.firstFilters, size + channels * (kernel + 1))
    let bias = packed + size
    let scaled = bias + channels
    let moments = WindowMoments(samples, count: count, shape: shape)
    filters.withUnsafeBufferPointer { filters in
      for channel in 0..<channels {
        let filter = UnsafeBufferPointer(
          rebasing: filters[channel * kernel..<(channel + 1) * kernel])
        let (mean, variance) = moments.ofFilter(filter)
        let scale =
          Double(norm.gamma.pointer[channel])
          / (variance + FrontEndShape.epsilon).squareRoot()
        for tap in 0..<kernel {
          scaled[channel * kernel + tap] = Float(Double(filter[tap]) * scale)
        }
        bias[channel] = Float(
          Double(norm.beta.pointer[channel]) - mean * scale)
      }
    }
    superb_dense_pack(kernel, channels, scaled, 1, kernel, packed)
    return Bank(packed: packed, bias: bias)
  }

  /// Writes `[rows, channels]` from the samples at the first row's start on.
  func apply(
    _ samples: UnsafePointer<Float>, rows: Int, _ bank: Bank,
    into y: UnsafeMutablePointer<Float>
  ) {
    superb_dense(
      rows, shape.kernel, shape.channels, samples, shape.stride, bank.packed,
      bank.bias, nil, 1, y, shape.channels)
  }
}

/// Means and covariances of the samples under a kernel that moves along.
private struct WindowMoments {
  private let kernel: Int
  private var means: [Double]
  private var covariances: [Double]

  init(
    _ samples: UnsafePointer<Float>, count: Int,
    shape: ConvolutionShape
  ) {
    kernel = shape.kernel
    means = [Double](repeating: 0, count: kernel)
    covariances = [Double](repeating: 0, count: kernel * kernel)
    let frames = (count - kernel) / shape.stride + 1
    // About the samples' mean, so that an offset costs no digits.
    let center = superb_sum(count, samples) / Double(count)
    superb_window_moments(
      frames, shape.stride, kernel, samples, center, &means, &covariances)
    for tap in 0..<kernel { means[tap] /= Double(frames) }
    for a in 0..<kernel {
      for b in 0...a {
        let value =
          covariances[a * kernel + b] / Double(frames) - means[a] * means[b]
        covariances[a * kernel + b] = value
        covariances[b * kernel + a] = value
      }
    }
    for tap in 0..<kernel { means[tap] += center }
  }

  /// Mean and variance over time of what a filter puts out.
  func ofFilter(
    _ filter: UnsafeBufferPointer<Float>
  ) -> (mean: Double, variance: Double) {
    var (mean, variance) = (0.0, 0.0)
    for a in 0..<kernel {
      mean += Double(filter[a]) * means[a]
      var row = 0.0
      for b in 0..<kernel {
        row += Double(filter[b]) * covariances[a * kernel + b]
      }
      variance += Double(filter[a]) * row
    }
    return (mean, max(0, variance))
  }
}
