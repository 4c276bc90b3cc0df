import TaskABI

extension TensorExtension {
  /// "superb.sequence/1". Constant; lives as long as the process.
  package nonisolated(unsafe) static let sequence =
    lasting(superb_sequence_api(), \.struct_size) { api in
      setSegments(&api)
      setRecurrent(&api)
      setWindows(&api)
    }

  private static func setSegments(_ api: inout superb_sequence_api) {
    api.segment_mean = { x, offsets, count in
      packed("segment_mean", x, offsets, count) {
        try $0.segmentMean($1, offsets: $2)
      }
    }
    api.segment_statistics = { x, offsets, count in
      packed("segment_statistics", x, offsets, count) {
        try $0.segmentStatistics($1, offsets: $2)
      }
    }
    api.segment_softmax = { x, offsets, count in
      packed("segment_softmax", x, offsets, count) {
        try $0.segmentSoftmax($1, offsets: $2)
      }
    }
    api.segment_weighted_sum = { x, weights, offsets, count in
      binary(x, weights) { engine, x, weights in
        try engine.segmentWeightedSum(
          x, weights: weights,
          offsets: bounds("segment_weighted_sum", offsets, count))
      }
    }
  }

  private static func setWindows(_ api: inout superb_sequence_api) {
    api.conv1d_offsets = {
      offsets, count, width, stride, padding, dilation, out in
      guard let out,
        let offsets = try? bounds("conv1d_offsets", offsets, count)
      else { return }
      let made = Engine.convolutionOffsets(
        offsets, width: Int(clamping: width), stride: Int(clamping: stride),
        padding: Int(clamping: padding), dilation: Int(clamping: dilation))
      for (index, offset) in made.enumerated() { out[index] = Int64(offset) }
    }
    api.conv1d = {
      x, offsets, count, weight, bias, stride, padding, dilation, groups in
      binary(x, weight) { engine, x, weight in
        try engine.conv1d(
          x, offsets: bounds("conv1d", offsets, count), weight: weight,
          bias: Node.behind(bias), stride: Int(clamping: stride),
          padding: Int(clamping: padding), dilation: Int(clamping: dilation),
          groups: Int(clamping: groups))
      }
    }
    api.splice_linear = { x, offsets, count, weight, bias, width, dilation in
      binary(x, weight) { engine, x, weight in
        try engine.spliceLinear(
          x, offsets: bounds("splice_linear", offsets, count),
          weight: weight, bias: Node.behind(bias),
          width: Int(clamping: width), dilation: Int(clamping: dilation))
      }
    }
    api.attention = { q, k, v, offsets, count, heads, bias in
      guard let v = Node.behind(v) else { return nil }
      return binary(q, k) { engine, q, k in
        try engine.attention(
          q, k, v, offsets: bounds("attention", offsets, count),
          heads: Int(clamping: heads), bias: Node.behind(bias))
      }
    }
  }
}
