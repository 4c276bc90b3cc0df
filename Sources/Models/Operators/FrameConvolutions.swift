import Tensors

extension OutlineFrames {
  func convolution(
    _ name: String, _ shape: FrameConvolution, gelu: Bool
  ) -> Self {
    let inputs = width
    outline.declare(name, shape.parameters(name, inputs: inputs)) {
      try PaddedConvolution(name, shape, inputs: inputs, in: $0)
    }
    let rows = shape.frames(of: rows)
    outline.countProduct(
      rows, inputs / shape.groups * shape.kernel, shape.channels)
    return sized(shape.channels, rows: rows)
  }
}

extension PackedFrames {
  func convolution(
    _ name: String, _ shape: FrameConvolution, gelu: Bool
  ) throws -> Self {
    let convolution: PaddedConvolution = try pass.part(name)
    let lengths = spans.map { shape.frames(of: $0.count) }
    return makeEach(shape.channels, spans: .spans(ofLengths: lengths)) {
      convolution.apply(
        $0, frames: $1, into: $2, gelu: gelu, workspace: pass.workspace)
    }
  }
}

extension TapedFrames {
  func convolution(
    _ name: String, _ shape: FrameConvolution, gelu: Bool
  ) throws -> Self {
    guard !shape.repeatsFirst else {
      var rest = shape
      (rest.before, rest.repeatsFirst) = (0, false)
      return try select {
        repeatElement($0.lowerBound, count: shape.before) + Array($0)
      }.convolution(name, rest, gelu: gelu)
    }
    // The operator adds as many rows behind as before.
    let padding = max(shape.before, shape.after)
    let offsets = Engine.convolutionOffsets(
      offsets, width: shape.kernel, stride: shape.stride, padding: padding)
    var y = Self(
      try engine.conv1d(
        node, offsets: self.offsets,
        weight: shape.isWeightNormed
          ? weightNormed(name) : weight(name + ".weight"),
        bias: shape.hasBias ? weight(name + ".bias") : nil,
        stride: shape.stride, padding: padding, groups: shape.groups),
      spans: zip(offsets, offsets.dropFirst()).map(..<), on: tape)
    if shape.before != shape.after {
      // Those at the end are as many rows of y as fit into their stride.
      let lengths = spans.map { shape.frames(of: $0.count) }
      var next = lengths.makeIterator()
      y = try y.select {
        Array($0.dropFirst(padding - shape.before).prefix(next.next() ?? 0))
      }
    }
    return gelu ? y.with(try engine.gelu(y.node)) : y
  }

  /// g · v / |v|, one g for each tap of the kernel.
  private func weightNormed(_ name: String) throws -> Node {
    let g = try weight(name + ".weight_g")
    let v = try weight(name + ".weight_v")
    let taps = g.count
    let rows = try engine.reshape(v, to: [v.count / taps, taps])
    let weight = try engine.mul(
      engine.normalizeColumns(rows), engine.reshape(g, to: [taps]))
    return try engine.reshape(weight, to: v.shape.array)
  }
}
