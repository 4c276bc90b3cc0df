import Diagnostics
import Kernels

/// Grouped convolutions over frames, whose output is added to their input so
/// that the transformer knows the order of frames.
struct PositionalConvolution: Sendable {
  private let size: Int
  private let groups: Int
  private let kernel: Int
  /// For each convolution, each group's product.
  private let convolutions: [[Dense]]
  /// Follows each of several.
  private let norm: LayerNorm?

  init(
    _ configuration: ModelConfiguration, in reader: ParameterReader
  ) throws {
    size = configuration.hiddenSize
    let name = ModelConfiguration.Names.position
    switch configuration.position {
    case .single(let kernel, let groups):
      (self.kernel, self.groups) = (kernel, groups)
      norm = nil
      let weights = try Self.weightNormed(name + ".conv", in: reader)
      convolutions = [
        Self.products(
          weights, bias: try reader.floats(name + ".conv.bias"),
          size: size, groups: groups, kernel: kernel)
      ]
    case .stacked(let count, let kernel, let groups):
      (self.kernel, self.groups) = (kernel, groups)
      norm = LayerNorm(size: size, epsilon: 1e-5)
      let size = size
      convolutions = try (0..<count).map { index in
        let layer = name + ".layers.\(index).conv"
        return Self.products(
          try reader.floats(layer + ".weight"),
          bias: try reader.floats(layer + ".bias"),
          size: size, groups: groups, kernel: kernel)
      }
    }
  }

  /// v · g / |v|, one g for each tap of the kernel.
  private static func weightNormed(
    _ name: String, in reader: ParameterReader
  ) throws -> [Float] {
    let g = try reader.floats(name + ".weight_g")
    var v = try reader.floats(name + ".weight_v")
    let taps = g.count
    var squares = [Double](repeating: 0, count: taps)
    for index in v.indices {
      squares[index % taps] += Double(v[index]) * Double(v[index])
    }
    let factors = zip(g, squares).map {
      $1 > 0 ? Double($0) / $1.squareRoot() : 0
    }
    for index in v.indices {
      v[index] = Float(Double(v[index]) * factors[index % taps])
    }
    return v
  }

  /// - Parameter weights: `[size, size / groups, kernel]`
  private static func products(
    _ weights: [Float], bias: [Float], size: Int, groups: Int, kernel: Int
  ) -> [Dense] {
    let width = size / groups
    return (0..<groups).map { group in
      // [kernel, inputs, outputs]: frames of a group are rows that overlap.
      var turned = [Float](repeating: 0, count: kernel * width * width)
      for output in 0..<width {
        for input in 0..<width {
          let from = ((group * width + output) * width + input) * kernel
          for tap in 0..<kernel {
            turned[(tap * width + input) * width + output] = weights[from + tap]
          }
        }
      }
      return Dense(
        depth: kernel * width, width: width, transposed: turned[...],
        bias: Array(bias[group * width..<(group + 1) * width]))
    }
  }

  /// y = x + the convolutions of x; `[frames, size]` both.
  func apply(
    _ x: UnsafePointer<Float>, frames: Int,
    into y: UnsafeMutablePointer<Float>, workspace: Workspace
  ) {
    let count = frames * size
    var input = x
    for (index, groups) in convolutions.enumerated() {
      let output = workspace.room(
        index % 2 == 0 ? .positionOutput : .positionInput, count)
      convolve(input, groups, frames: frames, into: output, workspace)
      norm?.apply(output, rows: frames, into: output, gelu: true)
      input = UnsafePointer(output)
    }
    superb_add(Int64(count), x, input, y)
  }

  private func convolve(
    _ x: UnsafePointer<Float>, _ products: [Dense], frames: Int,
    into y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) {
    let width = size / groups
    // Zeros before and after; of an even kernel's frames the last is dropped.
    let before = kernel / 2 * width
    let after = (kernel - 1 - kernel / 2) * width
    let padded = workspace.room(
      .positionGroup, before + frames * width + after)
    padded.update(repeating: 0, count: before)
    (padded + before + frames * width).update(repeating: 0, count: after)
    for (group, product) in products.enumerated() {
      superb_copy_block(
        Int64(frames), Int64(width), x + group * width, Int64(size),
        padded + before, Int64(width))
      product.apply(
        padded, stride: width, rows: frames, into: y + group * width,
        stride: size, gelu: norm == nil)
    }
  }
}
