import Dispatch
import Tensors

extension Frames {
  /// The front end operator by operator.
  fileprivate func convolved(
    by shape: FrontEndShape
  ) throws(Failure) -> Self {
    var x = self
    for (index, convolution) in shape.convolutions.enumerated() {
      let name = FrontEndShape.name(index)
      x = try x.convolution(
        name + ".conv",
        FrameConvolution(
          channels: convolution.channels, kernel: convolution.kernel,
          stride: convolution.stride, hasBias: shape.hasBias))
      if shape.norm == .layer {
        x = try x.layerNorm(
          name + ".layer_norm", epsilon: FrontEndShape.epsilon)
      } else if index == 0 {
        x = try x.groupNorm(
          name + ".layer_norm", groups: x.width, isAffine: true)
      }
      x = try x.activation(.gelu)
    }
    return x
  }
}

extension OutlineFrames {
  func frontEnd(_ shape: FrontEndShape) -> Self {
    outline.fuse(
      FrontEndShape.name, packing: { try FrontEnd(shape, in: $0) }
    ) { convolved(by: shape) }
  }
}

extension PackedFrames {
  func frontEnd(_ shape: FrontEndShape) throws -> Self {
    let frontEnd: FrontEnd = try pass.part(FrontEndShape.name)
    let lengths = spans.map { frontEnd.frames(samples: $0.count) }
    return makeEach(frontEnd.channels, spans: .spans(ofLengths: lengths)) {
      frontEnd.apply($0, count: $1, into: $2, workspace: pass.workspace)
    }
  }
}

extension TapedFrames {
  func frontEnd(_ shape: FrontEndShape) throws -> Self {
    guard let frontEnd = tape.frozenFrontEnd else {
      return try convolved(by: shape)
    }
    // As in inference, each utterance on a core of its own.
    let spans = [Range<Int>].spans(
      ofLengths: self.spans.map { frontEnd.frames(samples: $0.count) })
    let channels = frontEnd.channels
    let features = FloatBuffer((spans.last?.upperBound ?? 0) * channels)
    let workspaces = WorkspacePool()
    let utterances = self.spans.map { Array(node.values[$0]) }
    DispatchQueue.concurrentPerform(iterations: spans.count) { index in
      workspaces.with {
        frontEnd.apply(
          utterances[index], count: utterances[index].count,
          into: features.pointer + spans[index].lowerBound * channels,
          workspace: $0)
      }
    }
    return Self(
      try engine.constant(
        UnsafeBufferPointer(start: features.pointer, count: features.count),
        shape: [features.count / channels, channels]), spans: spans, on: tape)
  }
}
