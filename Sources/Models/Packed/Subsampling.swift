import Kernels

/// A spectrogram halved in time and in its bins by convolutions, each frame
/// then brought to a width. What is under way lies `[frames, bins, channels]`.
struct Subsampling: Sendable {
  private let shape: SubsamplingShape
  private let first: Dense
  private let rest: [Step]
  private let output: Dense

  private struct Step: Sendable {
    /// `[3 · 3, channels]`, and what is added.
    var taps, bias: FloatBuffer
    var mixed: Dense
  }

  init(
    _ name: String, _ shape: SubsamplingShape, in reader: ParameterReader
  ) throws {
    self.shape = shape
    let channels = shape.channels
    func floats(_ layer: Int, _ part: String) throws -> [Float] {
      try reader.floats("\(name).layers.\(layer).\(part)")
    }
    first = Dense(
      depth: 9, width: channels, weights: try floats(0, "weight"),
      bias: try floats(0, "bias"))
    rest = try (1..<max(1, shape.steps)).map { step in
      let layers = SubsamplingShape.layers(step)
      let taps = try floats(layers[0], "weight")
      return Step(
        taps: FloatBuffer(
          (0..<9 * channels).map { taps[$0 % channels * 9 + $0 / channels] }),
        bias: FloatBuffer(try floats(layers[0], "bias")),
        mixed: Dense(
          depth: channels, width: channels,
          weights: try floats(layers[1], "weight"),
          bias: try floats(layers[1], "bias")))
    }
    // The file has a frame's numbers channel by channel.
    let weights = try reader.floats(name + ".linear.weight")
    let bias = try reader.floats(name + ".linear.bias")
    let bins = shape.rest(of: shape.bins)
    let depth = channels * bins
    output = Dense(
      depth: depth, width: bias.count,
      weights: (0..<bias.count * depth).map {
        let (row, place) = ($0 / depth, $0 % depth)
        return weights[row * depth + place % channels * bins + place / channels]
      }, bias: bias)
  }

  /// Writes `[shape.rest(of: frames), width]` from `[frames, bins]`.
  func apply(
    _ x: UnsafePointer<Float>, frames: Int,
    into y: UnsafeMutablePointer<Float>, workspace: PassWorkspace
  ) {
    let channels = shape.channels
    var (rows, bins) = (
      SubsamplingShape.half(frames), SubsamplingShape.half(shape.bins)
    )
    let patches = workspace.room(.padded, rows * bins * 9)
    fill(patches, from: x, frames: frames)
    var from = workspace.room(.evenConvolutions, rows * bins * channels)
    first.apply(patches, rows: rows * bins, into: from)
    superb_relu(rows * bins * channels, from, from)
    for step in rest {
      let (nextRows, nextBins) = (
        SubsamplingShape.half(rows), SubsamplingShape.half(bins)
      )
      let count = nextRows * nextBins
      let alone = workspace.room(.differences, count * channels)
      convolve(step, from, rows: rows, bins: bins, into: alone)
      let to = workspace.room(.oddConvolutions, count * channels)
      step.mixed.apply(alone, rows: count, into: to)
      superb_relu(count * channels, to, to)
      // The next step reads what this one wrote.
      (rows, bins) = (nextRows, nextBins)
      from = workspace.room(.evenConvolutions, count * channels)
      from.update(from: to, count: count * channels)
    }
    output.apply(from, rows: rows, into: y)
  }

  /// The nine numbers that each output of the first step is made of.
  private func fill(
    _ patches: UnsafeMutablePointer<Float>, from x: UnsafePointer<Float>,
    frames: Int
  ) {
    var place = 0
    for row in 0..<SubsamplingShape.half(frames) {
      let times = SubsamplingShape.inputs(row, of: frames)
      for bin in 0..<SubsamplingShape.half(shape.bins) {
        let bands = SubsamplingShape.inputs(bin, of: shape.bins)
        for time in times {
          for band in bands {
            if let time, let band {
              patches[place] = x[time * shape.bins + band]
            } else {
              patches[place] = 0
            }
            place += 1
          }
        }
      }
    }
  }

  /// Each channel by itself.
  private func convolve(
    _ step: Step, _ x: UnsafePointer<Float>, rows: Int, bins: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    let channels = shape.channels
    var to = y
    for row in 0..<SubsamplingShape.half(rows) {
      let times = SubsamplingShape.inputs(row, of: rows)
      for bin in 0..<SubsamplingShape.half(bins) {
        let bands = SubsamplingShape.inputs(bin, of: bins)
        to.update(from: step.bias.pointer, count: channels)
        for (i, time) in times.enumerated() {
          for (j, band) in bands.enumerated() {
            guard let time, let band else { continue }
            superb_multiply_add_row(
              1, channels, x + (time * bins + band) * channels,
              step.taps.pointer + (3 * i + j) * channels, to)
          }
        }
        to += channels
      }
    }
  }
}
