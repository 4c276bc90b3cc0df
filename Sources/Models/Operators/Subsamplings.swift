import Tensors

extension OutlineFrames {
  func subsampled(
    _ name: String, _ shape: SubsamplingShape, to width: Int
  ) -> Self {
    outline.declare(name, shape.parameters(name, to: width)) {
      try Subsampling(name, shape, in: $0)
    }
    var (rows, bins) = (rows, shape.bins)
    for step in 0..<shape.steps {
      (rows, bins) = (
        SubsamplingShape.half(rows), SubsamplingShape.half(bins)
      )
      outline.countProduct(rows * bins, 9, shape.channels)
      if step > 0 {
        outline.countProduct(rows * bins, shape.channels, shape.channels)
      }
    }
    outline.countProduct(rows, bins * shape.channels, width)
    return sized(width, rows: rows)
  }
}

extension PackedFrames {
  func subsampled(
    _ name: String, _ shape: SubsamplingShape, to width: Int
  ) throws -> Self {
    let subsampling: Subsampling = try pass.part(name)
    let lengths = spans.map { shape.rest(of: $0.count) }
    return makeEach(width, spans: .spans(ofLengths: lengths)) {
      subsampling.apply($0, frames: $1, into: $2, workspace: pass.workspace)
    }
  }
}

extension TapedFrames {
  func subsampled(
    _ name: String, _ shape: SubsamplingShape, to width: Int
  ) throws -> Self {
    let channels = shape.channels
    // A row for each frame and bin.
    var x = try engine.reshape(node, to: [node.count, 1])
    var (lengths, bins) = (spans.map(\.count), shape.bins)
    for step in 0..<shape.steps {
      let taps = try Self.taps(lengths, bins: bins).map {
        try gathered(x, $0)
      }
      lengths = lengths.map(SubsamplingShape.half)
      bins = SubsamplingShape.half(bins)
      let layers = SubsamplingShape.layers(step).map { "\(name).layers.\($0)" }
      let first = try engine.reshape(
        weight(layers[0] + ".weight"), to: [channels, 9])
      if step == 0 {
        x = try engine.linear(
          engine.concatColumns(taps), weight: first,
          bias: weight(layers[0] + ".bias"))
      } else {
        let factors = try engine.transpose(first)
        var sum = try engine.mul(taps[0], factor(factors, 0))
        for (index, tap) in taps.enumerated().dropFirst() {
          sum = try engine.add(
            sum, engine.mul(tap, factor(factors, index)))
        }
        x = try engine.linear(
          engine.add(sum, weight(layers[0] + ".bias")),
          weight: engine.reshape(
            weight(layers[1] + ".weight"), to: [channels, channels]),
          bias: weight(layers[1] + ".bias"))
      }
      x = try engine.relu(x)
    }
    // The weight has a frame's numbers channel by channel.
    let turned = try engine.gatherRows(
      engine.transpose(weight(name + ".linear.weight")),
      rows: (0..<bins * channels).map { $0 % channels * bins + $0 / channels })
    let y = try engine.matmul(
      engine.reshape(x, to: [lengths.reduce(0, +), bins * channels]), turned)
    return Self(
      try engine.add(y, weight(name + ".linear.bias")),
      spans: .spans(ofLengths: lengths), on: tape)
  }

  private func factor(_ factors: Node, _ index: Int) throws -> Node {
    try engine.reshape(
      engine.rows(factors, first: index, count: 1), to: [factors.shape[1]])
  }

  /// For each of nine taps the row of each output's input, nil beyond the
  /// ends.
  private static func taps(_ lengths: [Int], bins: Int) -> [[Int?]] {
    var taps = [[Int?]](repeating: [], count: 9)
    var start = 0
    for length in lengths {
      for row in 0..<SubsamplingShape.half(length) {
        let times = SubsamplingShape.inputs(row, of: length)
        for bin in 0..<SubsamplingShape.half(bins) {
          let bands = SubsamplingShape.inputs(bin, of: bins)
          for (i, time) in times.enumerated() {
            for (j, band) in bands.enumerated() {
              var place: Int?
              if let time, let band { place = (start + time) * bins + band }
              taps[3 * i + j].append(place)
            }
          }
        }
      }
      start += length
    }
    return taps
  }
}
