import Kernels

/// A convolution over frames, with rows before and after them and channels in
/// groups: for each group one product over rows that overlap. Where each
/// channel is a group of its own, tap by tap.
struct PaddedConvolution: Sendable {
  private let shape: FrameConvolution
  /// Channels of a group.
  private let inputs, outputs: Int
  private let groups: [StridedConvolution]
  /// Of a group a channel: `[kernel, channels]`.
  private var taps: FloatBuffer?
  private var bias: FloatBuffer?

  init(
    _ name: String, _ shape: FrameConvolution, inputs: Int,
    in reader: ParameterReader
  ) throws {
    let (groupInputs, outputs) = (
      inputs / shape.groups, shape.channels / shape.groups
    )
    let weights =
      shape.isWeightNormed || shape.normsChannels
      ? try Self.weightNormed(
        name, byChannels: shape.normsChannels, in: reader)
      : try reader.floats(name + ".weight")
    let bias = try reader.floatsIfPresent(name + ".bias")
    let size = weights.count / shape.groups
    self.shape = shape
    self.inputs = groupInputs
    self.outputs = outputs
    if groupInputs == 1, outputs == 1, shape.groups > 1, shape.stride == 1,
      !shape.repeatsFirst, !shape.isMirrored
    {
      let (channels, kernel) = (shape.channels, shape.kernel)
      taps = FloatBuffer(
        (0..<channels * kernel).map {
          weights[$0 % channels * kernel + $0 / channels]
        })
      self.bias = bias.map { FloatBuffer($0) }
      groups = []
      return
    }
    groups = (0..<shape.groups).map { group in
      StridedConvolution(
        ConvolutionShape(
          channels: outputs, kernel: shape.kernel, stride: shape.stride),
        inputs: groupInputs,
        weights: Array(weights[group * size..<(group + 1) * size]),
        bias: bias.map { Array($0[group * outputs..<(group + 1) * outputs]) })
    }
  }

  /// v · g / |v|, one g for each tap of the kernel or each output channel.
  private static func weightNormed(
    _ name: String, byChannels: Bool, in reader: ParameterReader
  ) throws -> [Float] {
    let g = try reader.floats(name + ".weight_g")
    var v = try reader.floats(name + ".weight_v")
    let count = g.count
    let size = v.count / max(1, count)
    func place(_ index: Int) -> Int {
      byChannels ? index / size : index % count
    }
    var squares = [Double](repeating: 0, count: count)
    for index in v.indices {
      squares[place(index)] += Double(v[index]) * Double(v[index])
    }
    let factors = zip(g, squares).map {
      $1 > 0 ? Double($0) / $1.squareRoot() : 0
    }
    for index in v.indices {
      v[index] = Float(Double(v[index]) * factors[place(index)])
    }
    return v
  }

  /// Each channel alone.
  private func apply(
    _ taps: FloatBuffer, _ x: UnsafePointer<Float>, frames: Int, rows: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    let width = shape.channels
    for first in stride(from: 0, to: rows, by: 32) {
      let last = min(first + 32, rows)
      let block = y + first * width
      block.update(repeating: 0, count: (last - first) * width)
      if let bias {
        superb_add_row(last - first, width, 1, block, bias.pointer, block)
      }
      for tap in 0..<shape.kernel {
        let shift = tap - shape.before
        let start = max(first, -shift)
        let count = min(last, frames - shift) - start
        guard count > 0 else { continue }
        superb_multiply_add_row(
          count, width, x + (start + shift) * width,
          taps.pointer + tap * width, y + start * width)
      }
    }
  }

  /// Writes `shape.frames(of: frames)` rows of one utterance.
  func apply(
    _ x: UnsafePointer<Float>, frames: Int,
    into y: UnsafeMutablePointer<Float>, gelu: Bool, workspace: PassWorkspace
  ) {
    let rows = shape.frames(of: frames)
    if let taps {
      apply(taps, x, frames: frames, rows: rows, into: y)
      if gelu { superb_gelu(rows * shape.channels, y, y) }
      return
    }
    let after = shape.after(frames)
    guard groups.count > 1 || shape.before + after > 0 else {
      groups[0].apply(x, rows: rows, into: y, gelu: gelu, workspace: workspace)
      return
    }
    let padded = workspace.room(
      .padded, (shape.before + frames + after) * inputs)
    let start = padded + shape.before * inputs
    let end = start + frames * inputs
    if !shape.repeatsFirst {
      padded.update(repeating: 0, count: shape.before * inputs)
    }
    end.update(repeating: 0, count: after * inputs)
    for (index, group) in groups.enumerated() {
      superb_copy_block(
        frames, inputs, x + index * inputs, inputs * groups.count, start, inputs
      )
      if shape.repeatsFirst {
        for row in 0..<shape.before {
          (padded + row * inputs).update(from: start, count: inputs)
        }
      }
      if shape.isMirrored {
        for place in Array(-shape.before..<0) + Array(frames..<frames + after) {
          let row = start + place * inputs
          if let frame = shape.mirrored(place, of: frames) {
            row.update(from: start + frame * inputs, count: inputs)
          } else {
            row.update(repeating: 0, count: inputs)
          }
        }
      }
      group.apply(
        padded, rows: rows, into: y + index * outputs, stride: shape.channels,
        gelu: gelu, workspace: workspace)
    }
  }
}
