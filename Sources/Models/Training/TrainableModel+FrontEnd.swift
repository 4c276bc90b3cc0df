import Dispatch
import Tensors

extension TrainableModel {
  /// What the convolutions make of samples: [Σ frames, channels], and where
  /// each utterance's frames begin.
  func features(of utterances: [[Float]]) throws -> (Node, [Int]) {
    let samples = normalizesSamples ? utterances.map(normalized) : utterances
    if let frozenFrontEnd {
      return try frozenFeatures(of: samples, frozenFrontEnd)
    }
    return try trainedFeatures(of: samples)
  }

  private func normalized(_ samples: [Float]) -> [Float] {
    [Float](unsafeUninitializedCapacity: samples.count) { y, initialized in
      if let y = y.baseAddress {
        FrontEnd.normalize(samples, count: samples.count, into: y)
        initialized = samples.count
      }
    }
  }

  private func frozenFeatures(
    of utterances: [[Float]], _ frontEnd: FrontEnd
  ) throws -> (Node, [Int]) {
    var offsets = [0]
    for samples in utterances {
      offsets.append(
        offsets[offsets.count - 1] + frontEnd.frames(samples: samples.count))
    }
    let starts = offsets
    let features = FloatBuffer(starts[utterances.count] * frontEnd.channels)
    let workspaces = WorkspacePool()
    // Utterances may go to as many threads as there are cores: each has its
    // own rows.
    DispatchQueue.concurrentPerform(iterations: utterances.count) { index in
      utterances[index].withUnsafeBufferPointer { samples in
        guard let waveform = samples.baseAddress else { return }
        workspaces.with {
          frontEnd.apply(
            waveform, count: samples.count,
            into: features.pointer + starts[index] * frontEnd.channels,
            workspace: $0)
        }
      }
    }
    let x = try engine.constant(
      UnsafeBufferPointer(start: features.pointer, count: features.count),
      shape: [starts[utterances.count], frontEnd.channels])
    return (x, offsets)
  }

  private func trainedFeatures(
    of utterances: [[Float]]
  ) throws -> (Node, [Int]) {
    var offsets = [0]
    for samples in utterances {
      offsets.append(offsets[offsets.count - 1] + samples.count)
    }
    var x = try engine.constant(
      Array(utterances.joined()), shape: [offsets[utterances.count], 1])
    for (index, shape) in configuration.convolutions.enumerated() {
      let name = ModelConfiguration.Names.convolution(index)
      x = try engine.conv1d(
        x, offsets: offsets, weight: node(name + ".conv.weight"),
        bias: configuration.convolutionBias ? node(name + ".conv.bias") : nil,
        stride: shape.stride)
      offsets = Engine.convolutionOffsets(
        offsets, width: shape.kernel, stride: shape.stride)
      switch configuration.convolutionNorm {
      case .group where index > 0: break
      case .group:
        x = try engine.groupNorm(
          x, offsets: offsets, groups: shape.channels,
          gamma: node(name + ".layer_norm.weight"),
          beta: node(name + ".layer_norm.bias"))
      case .layer:
        x = try engine.layerNorm(
          x, gamma: node(name + ".layer_norm.weight"),
          beta: node(name + ".layer_norm.bias"))
      }
      x = try engine.gelu(x)
    }
    return (x, offsets)
  }
}
