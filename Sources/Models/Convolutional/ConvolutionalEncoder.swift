import Diagnostics
import Kernels

/// wav2vec.
struct ConvolutionalEncoder: SpeechModel {
  private let configuration: ConvolutionalConfiguration
  private let encoder: [NormedConvolution]
  private let aggregator: [NormedConvolution]
  private let workspaces = WorkspacePool()

  let shape: ModelShape

  init(
    _ configuration: ConvolutionalConfiguration,
    in tensors: any NamedTensors
  ) throws {
    typealias Names = ConvolutionalConfiguration.Names
    let reader = try ParameterReader(configuration.parameters, in: tensors)
    self.configuration = configuration
    shape = configuration.shape
    var inputs = 1
    func make(
      _ convolution: ConvolutionalConfiguration.Convolution,
      _ name: (product: String, norm: String)
    ) throws -> NormedConvolution {
      defer { inputs = convolution.channels }
      return try NormedConvolution(
        convolution, inputs: inputs, name,
        activation: configuration.activation, in: reader)
    }
    encoder = try configuration.encoder.enumerated().map {
      try make($1, Names.encoder($0))
    }
    aggregator = try configuration.aggregator.enumerated().map {
      try make($1, Names.aggregator($0))
    }
  }

  func hiddenStates(of samples: [Float]) throws -> ModelStates {
    let frames = configuration.frames(samples: samples.count)
    guard frames > 0 else {
      throw UserError(
        "\(samples.count) samples are too few: a frame needs "
          + "\(configuration.receptiveField)")
    }
    let size = frames * shape.dimension
    let values = workspaces.values(
      shape.layers * size, from: samples
    ) { states, x, workspace in
      encode(x, count: samples.count, into: states, workspace)
      for index in aggregator.indices {
        aggregate(
          states + index * size, index: index, frames: frames,
          into: states + (index + 1) * size, workspace)
      }
    }
    return ModelStates(frames: frames, values: values)
  }

  /// From samples to frames.
  private func encode(
    _ samples: UnsafePointer<Float>, count: Int,
    into y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) {
    var (x, rows, width) = (samples, count, 1)
    for (index, layer) in encoder.enumerated() {
      let made = layer.rows(rows)
      let channels = layer.shape.channels
      let output =
        index == encoder.count - 1
        ? y
        : workspace.room(
          index % 2 == 0 ? .evenConvolutions : .oddConvolutions,
          made * channels)
      layer.apply(x, rows: made, into: output)
      if configuration.encoderIsResidual, channels == width {
        // As many of the input's rows, at even distances.
        addResidual(
          x, stride: rows / made * width, rows: made, width: width,
          to: output)
      }
      (x, rows, width) = (UnsafePointer(output), made, channels)
    }
    if configuration.compressesLogarithmically {
      let count = rows * width
      for index in 0..<count { y[index] = y[index].magnitude + 1 }
      superb_log(Int64(count), y, y)
    }
  }

  /// One convolution over the frames so far.
  private func aggregate(
    _ x: UnsafePointer<Float>, index: Int, frames: Int,
    into y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) {
    let layer = aggregator[index]
    let width = layer.shape.channels
    let padding = layer.shape.kernel - 1
    let padded = workspace.room(.projected, (padding + frames) * width)
    for row in 0..<padding {
      let start = padded + row * width
      if configuration.padsWithZeros {
        start.update(repeating: 0, count: width)
      } else {
        start.update(from: x, count: width)
      }
    }
    (padded + padding * width).update(from: x, count: frames * width)
    layer.apply(padded, rows: frames, into: y)
    if configuration.aggregatorIsResidual {
      addResidual(x, stride: width, rows: frames, width: width, to: y)
    }
  }

  /// y = (y + x) · √scale.
  private func addResidual(
    _ x: UnsafePointer<Float>, stride: Int, rows: Int, width: Int,
    to y: UnsafeMutablePointer<Float>
  ) {
    superb_add_block(
      Int64(rows), Int64(width), x, Int64(stride), y, Int64(width))
    superb_affine(
      Int64(rows * width), Float(configuration.residualScale.squareRoot()), 0,
      y, y)
  }
}
