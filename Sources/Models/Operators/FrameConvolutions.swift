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
    guard !shape.isMirrored, !shape.fillsStride else {
      var rest = shape
      (rest.before, rest.after) = (0, 0)
      (rest.isMirrored, rest.fillsStride) = (false, false)
      return try padded(shape).convolution(name, rest, gelu: gelu)
    }
    // The operator adds as many rows behind as before.
    let padding = max(shape.before, shape.after)
    let offsets = Engine.convolutionOffsets(
      offsets, width: shape.kernel, stride: shape.stride, padding: padding)
    var y = Self(
      try engine.conv1d(
        node, offsets: self.offsets,
        weight: shape.isWeightNormed || shape.normsChannels
          ? weightNormed(name, byChannels: shape.normsChannels)
          : weight(name + ".weight"),
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

  /// Each utterance with the rows that stand before and after it.
  private func padded(_ shape: FrameConvolution) throws -> Self {
    let places = spans.map { span in
      (-shape.before..<span.count + shape.after(span.count)).map {
        (place) -> Int? in
        let frame =
          shape.isMirrored
          ? shape.mirrored(place, of: span.count)
          : (0..<span.count).contains(place) ? place : nil
        return frame.map { span.lowerBound + $0 }
      }
    }
    return Self(
      try gathered(node, Array(places.joined())),
      spans: .spans(ofLengths: places.map(\.count)), on: tape)
  }

  /// g · v / |v|, one g for each tap of the kernel or each output channel.
  private func weightNormed(_ name: String, byChannels: Bool) throws -> Node {
    let g = try weight(name + ".weight_g")
    let v = try weight(name + ".weight_v")
    let count = g.count
    let size = v.count / count
    let columns =
      try byChannels
      ? engine.transpose(engine.reshape(v, to: [count, size]))
      : engine.reshape(v, to: [size, count])
    let weight = try engine.mul(
      engine.normalizeColumns(columns), engine.reshape(g, to: [count]))
    return try engine.reshape(
      byChannels ? engine.transpose(weight) : weight, to: v.shape.array)
  }
}
