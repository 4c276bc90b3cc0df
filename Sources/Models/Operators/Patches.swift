import Kernels
import Tensors

extension OutlineFrames {
  func patches(_ name: String, _ shape: PatchShape, to width: Int) -> Self {
    let projection = name + ".patch_embeddings.projection"
    var parameters = PatchShape.tokens.map {
      ModelParameter(name: "\(name).\($0)", shape: [1, 1, width])
    }
    parameters += [
      ModelParameter(
        name: projection + ".weight",
        shape: [width, 1, shape.size, shape.size]),
      ModelParameter(name: projection + ".bias", shape: [width]),
      ModelParameter(
        name: name + ".position_embeddings", shape: [1, shape.rows, width]),
    ]
    outline.declare(name, parameters) {
      try PatchEmbedding(name, shape, width: width, in: $0)
    }
    let windows = rows / shape.frames
    outline.countProduct(
      windows * shape.bands * shape.times, shape.size * shape.size, width)
    return sized(width, rows: windows * shape.rows)
  }

  func meanOverBands(_ shape: PatchShape) -> Self {
    sized(width, rows: rows / shape.rows * shape.times)
  }
}

/// Patches to rows, with what stands before them and is added to them.
private struct PatchEmbedding: Sendable {
  private let shape: PatchShape
  private let width: Int
  private let product: StridedConvolution
  private let tokens: [[Float]]
  private let positions: FloatBuffer

  init(
    _ name: String, _ shape: PatchShape, width: Int,
    in reader: ParameterReader
  ) throws {
    self.shape = shape
    self.width = width
    let projection = name + ".patch_embeddings.projection"
    product = StridedConvolution(
      ConvolutionShape(
        channels: width, kernel: shape.size, stride: shape.timeStride),
      inputs: shape.size, weights: try reader.floats(projection + ".weight"),
      bias: try reader.floats(projection + ".bias"))
    tokens = try PatchShape.tokens.map { try reader.floats("\(name).\($0)") }
    positions = FloatBuffer(try reader.floats(name + ".position_embeddings"))
  }

  /// Writes `[shape.rows, width]` from `[shape.frames, shape.bins]`.
  func apply(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    workspace: PassWorkspace
  ) {
    for (row, token) in tokens.enumerated() {
      (y + row * width).update(from: token, count: width)
    }
    let band = workspace.room(.padded, shape.frames * shape.size)
    for index in 0..<shape.bands {
      superb_copy_block(
        shape.frames, shape.size, x + index * shape.binStride, shape.bins,
        band, shape.size)
      product.apply(
        band, rows: shape.times, into: y + shape.row(index, 0) * width,
        gelu: false, workspace: workspace)
    }
    superb_add(shape.rows * width, y, positions.pointer, y)
  }
}

extension PackedFrames {
  func patches(
    _ name: String, _ shape: PatchShape, to width: Int
  ) throws -> Self {
    let embedding: PatchEmbedding = try pass.part(name)
    return makeEach(
      width, spans: .spans(ofLengths: spans.map { _ in shape.rows })
    ) { x, _, y in
      embedding.apply(x, into: y, workspace: pass.workspace)
    }
  }

  func meanOverBands(_ shape: PatchShape) -> Self {
    let (width, times) = (width, shape.times)
    return makeEach(
      width, spans: .spans(ofLengths: spans.map { _ in times })
    ) { x, _, y in
      let count = times * width
      y.update(from: x + shape.row(0, 0) * width, count: count)
      for band in 1..<max(1, shape.bands) {
        superb_add(count, y, x + shape.row(band, 0) * width, y)
      }
      superb_affine(count, 1 / Float(shape.bands), 0, y, y)
    }
  }
}

extension TapedFrames {
  func patches(
    _ name: String, _ shape: PatchShape, to width: Int
  ) throws -> Self {
    let projection = name + ".patch_embeddings.projection"
    let taps = try engine.reshape(
      weight(projection + ".weight"), to: [width, shape.size, shape.size])
    // All utterances' of a band, band by band, behind the tokens.
    var parts = try PatchShape.tokens.map {
      try engine.reshape(weight("\(name).\($0)"), to: [1, width])
    }
    let first = parts.count
    for band in 0..<shape.bands {
      parts.append(
        try engine.conv1d(
          engine.columns(
            node, first: band * shape.binStride, count: shape.size),
          offsets: offsets, weight: taps, bias: weight(projection + ".bias"),
          stride: shape.timeStride))
    }
    let count = spans.count * shape.times
    let rows = spans.indices.flatMap { utterance in
      Array(0..<first)
        + (0..<shape.bands).flatMap { band in
          (0..<shape.times).map {
            first + band * count + utterance * shape.times + $0
          }
        }
    }
    let positions = try engine.reshape(
      weight(name + ".position_embeddings"), to: [shape.rows, width])
    let places = spans.flatMap { _ in Array(0..<shape.rows) }
    return Self(
      try engine.add(
        engine.gatherRows(engine.concatRows(parts), rows: rows),
        engine.gatherRows(positions, rows: places)),
      spans: .spans(ofLengths: spans.map { _ in shape.rows }), on: tape)
  }

  func meanOverBands(_ shape: PatchShape) throws -> Self {
    var sum = try select { span in
      (0..<shape.times).map { span.lowerBound + shape.row(0, $0) }
    }
    for band in 1..<max(1, shape.bands) {
      sum = try sum.add(
        select { span in
          (0..<shape.times).map { span.lowerBound + shape.row(band, $0) }
        })
    }
    return try sum.scaled(by: 1 / Double(shape.bands))
  }
}
