import Kernels

/// Filters over samples, packed, for one utterance.
struct FilterBank {
  var packed: UnsafePointer<Float>
  var bias: UnsafePointer<Float>?
}

/// The convolution that reads the samples, with its norm.
///
/// A group norm needs the mean and variance over time of what each filter
/// puts out. Both follow from the means and covariances of the samples under
/// the kernel, a small matrix; so the norm is folded into the filters of the
/// utterance and the output is made once, in pieces.
struct FirstConvolution: Sendable {
  private static let epsilon = 1e-5

  private let shape: ModelConfiguration.Convolution
  /// `[channels, kernel]`
  private let filters: [Float]
  private let norm: Norm
  private let packed: FloatBuffer

  private enum Norm: Sendable {
    case group(gamma: [Float], beta: [Float])
    case layer(LayerNorm, bias: FloatBuffer?)
  }

  init(
    _ configuration: ModelConfiguration, in reader: ParameterReader
  ) throws {
    let name = ModelConfiguration.Names.convolution(0)
    shape = configuration.convolutions[0]
    filters = try reader.floats(name + ".conv.weight")
    packed = FloatBuffer(
      Int(superb_dense_room(Int64(shape.kernel), Int64(shape.channels))))
    let norm = name + ".layer_norm"
    switch configuration.convolutionNorm {
    case .group:
      // A bias would be subtracted again with the mean.
      self.norm = .group(
        gamma: try reader.floats(norm + ".weight"),
        beta: try reader.floats(norm + ".bias"))
    case .layer:
      self.norm = .layer(
        try LayerNorm(norm, epsilon: Self.epsilon, in: reader),
        bias: try reader.floatsIfPresent(name + ".conv.bias").map {
          FloatBuffer($0)
        })
    }
    pack(filters, into: packed.pointer)
  }

  private func pack(
    _ filters: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>
  ) {
    superb_dense_pack(
      Int64(shape.kernel), Int64(shape.channels), filters, 1,
      Int64(shape.kernel), packed)
  }

  /// The filters for these samples.
  func filters(
    _ samples: UnsafePointer<Float>, count: Int, workspace: Workspace
  ) -> FilterBank {
    switch norm {
    case .layer(_, let bias):
      return FilterBank(packed: packed.pointer, bias: bias?.pointer)
    case .group(let gamma, let beta):
      let (kernel, channels) = (shape.kernel, shape.channels)
      let scaled = workspace.room(
        .firstFilters, packed.count + channels * (kernel + 1))
      let bias = scaled + packed.count
      let plain = bias + channels
      let moments = WindowMoments(samples, count: count, shape: shape)
      filters.withUnsafeBufferPointer { filters in
        for channel in 0..<channels {
          let filter = UnsafeBufferPointer(
            rebasing: filters[channel * kernel..<(channel + 1) * kernel])
          let (mean, variance) = moments.ofFilter(filter)
          let scale =
            Double(gamma[channel]) / (variance + Self.epsilon).squareRoot()
          for tap in 0..<kernel {
            plain[channel * kernel + tap] = Float(Double(filter[tap]) * scale)
          }
          bias[channel] = Float(Double(beta[channel]) - mean * scale)
        }
      }
      pack(plain, into: scaled)
      return FilterBank(packed: scaled, bias: bias)
    }
  }

  /// Writes `[rows, channels]` from the samples at the first row's start on.
  func apply(
    _ samples: UnsafePointer<Float>, rows: Int, _ bank: FilterBank,
    into y: UnsafeMutablePointer<Float>
  ) {
    var layerNorm: LayerNorm?
    if case .layer(let norm, _) = norm { layerNorm = norm }
    superb_dense(
      Int64(rows), Int64(shape.kernel), Int64(shape.channels), samples,
      Int64(shape.stride), bank.packed, bank.bias, nil,
      layerNorm == nil ? 1 : 0, y, Int64(shape.channels))
    layerNorm?.apply(y, rows: rows, into: y, gelu: true)
  }
}

/// Means and covariances of the samples under a kernel that moves along.
private struct WindowMoments {
  private let kernel: Int
  private var means: [Double]
  private var covariances: [Double]

  init(
    _ samples: UnsafePointer<Float>, count: Int,
    shape: ModelConfiguration.Convolution
  ) {
    kernel = shape.kernel
    means = [Double](repeating: 0, count: kernel)
    covariances = [Double](repeating: 0, count: kernel * kernel)
    let frames = (count - kernel) / shape.stride + 1
    // About the samples' mean, so that an offset costs no digits.
    let center = superb_sum(Int64(count), samples) / Double(count)
    superb_window_moments(
      Int64(frames), Int64(shape.stride), Int64(kernel), samples, center,
      &means, &covariances)
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
