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
    var norm: PackedNorm?
  }

  /// Where each channel is normalized over time.
  private let first: FirstConvolution?
  private let rest: [Layer]
  private let shapes: [ConvolutionShape]

  init(_ shape: FrontEndShape, in reader: ParameterReader) throws {
    let shapes = shape.convolutions
    let isGrouped = shape.norm == .group
    self.shapes = shapes
    first =
      isGrouped ? try FirstConvolution(shapes[0], in: reader) : nil
    rest = try shapes.indices.dropFirst(isGrouped ? 1 : 0).map { index in
      let name = FrontEndShape.name(index)
      return Layer(
        convolution: StridedConvolution(
          shapes[index], inputs: index == 0 ? 1 : shapes[index - 1].channels,
          weights: try reader.floats(name + ".conv.weight"),
          bias: try reader.floatsIfPresent(name + ".conv.bias")),
        norm: isGrouped
          ? nil : try PackedNorm(name + ".layer_norm", in: reader))
    }
  }

  var channels: Int { shapes.last?.channels ?? 0 }

  func frames(samples: Int) -> Int { shapes.frames(samples: samples) }

  /// Writes `[frames, channels]`.
  func apply(
    _ samples: Floats, count: Int, into y: UnsafeMutablePointer<Float>,
    workspace: PassWorkspace
  ) {
    let frames = frames(samples: count)
    let bank = first?.filters(samples, count: count, workspace: workspace)
    for start in stride(from: 0, to: frames, by: Self.chunk) {
      apply(
        samples, frames: start..<min(start + Self.chunk, frames), bank,
        into: y + start * channels, workspace)
    }
  }

  /// The frames of a chunk, from all that they look at.
  private func apply(
    _ samples: Floats, frames: Range<Int>, _ bank: FirstConvolution.Bank?,
    into y: UnsafeMutablePointer<Float>, _ workspace: PassWorkspace
  ) {
    // What each layer reads, from the last to the first.
    var ranges = [frames]
    for shape in shapes.reversed() {
      let above = ranges[ranges.count - 1]
      ranges.append(
        above.lowerBound * shape.stride..<(above.upperBound - 1) * shape.stride
          + shape.kernel)
    }
    ranges.reverse()

    func output(_ layer: Int) -> UnsafeMutablePointer<Float> {
      if layer == shapes.count - 1 { return y }
      return workspace.room(
        layer % 2 == 0 ? .evenConvolutions : .oddConvolutions,
        ranges[layer + 1].count * shapes[layer].channels)
    }
    var x = samples + ranges[0].lowerBound
    if let first, let bank {
      let next = output(0)
      first.apply(x, rows: ranges[1].count, bank, into: next)
      x = UnsafePointer(next)
    }
    for (index, layer) in zip((shapes.count - rest.count)..., rest) {
      let next = output(index)
      let rows = ranges[index + 1].count
      layer.convolution.apply(
        x, rows: rows, into: next, gelu: layer.norm == nil,
        workspace: workspace)
      layer.norm?.apply(
        next, rows: rows, epsilon: FrontEndShape.epsilon, into: next,
        gelu: true)
      x = UnsafePointer(next)
    }
  }
}
