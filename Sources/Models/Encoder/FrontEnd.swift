import Kernels

/// The convolutions from samples to frames.
///
/// Only as many frames are under way at a time as keep all
/// layers' in the cache; what two such chunks share is computed twice, some
/// four in a thousand.
struct FrontEnd: Sendable {
  typealias Floats = UnsafePointer<Float>

  /// Frames of the last convolution that are made at a time.
  private static let chunk = 64

  private struct Layer {
    var convolution: StridedConvolution
    var norm: LayerNorm?
  }

  private let first: FirstConvolution
  private let rest: [Layer]
  private let shapes: [ModelConfiguration.Convolution]

  init(
    _ configuration: ModelConfiguration, in reader: ParameterReader
  ) throws {
    let shapes = configuration.convolutions
    self.shapes = shapes
    first = try FirstConvolution(configuration, in: reader)
    rest = try shapes.indices.dropFirst().map { index in
      let name = ModelConfiguration.Names.convolution(index)
      return Layer(
        convolution: try StridedConvolution(
          name + ".conv", shapes[index], inputs: shapes[index - 1].channels,
          in: reader),
        norm: configuration.convolutionNorm == .layer
          ? try LayerNorm(name + ".layer_norm", epsilon: 1e-5, in: reader)
          : nil)
    }
  }

  /// A convolution's weights, `[outputs, inputs, kernel]` in the file, as
  /// `[outputs, kernel, inputs]`.
  static func channelsLast(
    _ name: String, in reader: ParameterReader
  ) throws -> [Float] {
    let shape = try reader.shape(name)
    let weights = try reader.floats(name)
    let (inputs, kernel) = (shape[1], shape[2])
    var turned = [Float](repeating: 0, count: weights.count)
    for output in 0..<shape[0] {
      let start = output * inputs * kernel
      for input in 0..<inputs {
        for tap in 0..<kernel {
          turned[start + tap * inputs + input] =
            weights[start + input * kernel + tap]
        }
      }
    }
    return turned
  }

  var channels: Int { shapes.last?.channels ?? 0 }

  /// The frames that so many samples give; 0 if they are too few.
  func frames(samples: Int) -> Int {
    shapes.reduce(samples) {
      $0 < $1.kernel ? 0 : ($0 - $1.kernel) / $1.stride + 1
    }
  }

  /// Brings samples to mean 0 and variance 1, for models that want it.
  static func normalize(
    _ samples: Floats, count: Int, into y: UnsafeMutablePointer<Float>
  ) {
    superb_norm_rows(1, Int64(count), 1e-5, samples, nil, nil, 0, y)
  }

  /// Writes `[frames, channels]`.
  func apply(
    _ samples: Floats, count: Int, into y: UnsafeMutablePointer<Float>,
    workspace: Workspace
  ) {
    let frames = frames(samples: count)
    let product = first.filters(samples, count: count, workspace: workspace)
    for start in stride(from: 0, to: frames, by: Self.chunk) {
      apply(
        samples, frames: start..<min(start + Self.chunk, frames),
        first: product, into: y + start * channels, workspace: workspace)
    }
  }

  /// The frames of a chunk, from all that they look at.
  private func apply(
    _ samples: Floats, frames: Range<Int>, first product: FilterBank,
    into y: UnsafeMutablePointer<Float>, workspace: Workspace
  ) {
    // What each layer puts out, from the last to the first.
    var ranges = [frames]
    for shape in shapes.reversed() {
      let above = ranges[ranges.count - 1]
      ranges.append(
        above.lowerBound * shape.stride
          ..< (above.upperBound - 1) * shape.stride + shape.kernel)
    }
    ranges.reverse()

    func output(_ layer: Int) -> UnsafeMutablePointer<Float> {
      if layer == shapes.count - 1 { return y }
      return workspace.room(
        layer % 2 == 0 ? .evenConvolutions : .oddConvolutions,
        ranges[layer + 1].count * shapes[layer].channels)
    }
    var x = output(0)
    first.apply(
      samples + ranges[0].lowerBound, rows: ranges[1].count, product, into: x)
    for (index, layer) in rest.enumerated() {
      let next = output(index + 1)
      let rows = ranges[index + 2].count
      layer.convolution.apply(
        x, rows: rows, into: next, gelu: layer.norm == nil,
        workspace: workspace)
      layer.norm?.apply(next, rows: rows, into: next, gelu: true)
      x = next
    }
  }
}
