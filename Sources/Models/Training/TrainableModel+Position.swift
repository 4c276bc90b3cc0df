import Tensors

extension TrainableModel {
  /// Features at the transformer's width.
  func project(_ features: Node) throws -> Node {
    let name = ModelConfiguration.Names.projection
    var x = features
    if configuration.projectionNorm {
      x = try layerNorm(x, name + ".layer_norm")
    }
    return try linear(x, name + ".projection")
  }

  /// x + the convolutions of x over frames.
  func addPosition(to x: Node, offsets: [Int]) throws -> Node {
    let name = ModelConfiguration.Names.position
    var y = x
    switch configuration.position {
    case .single(let kernel, let groups):
      y = try convolve(
        x, offsets: offsets, weight: weightNormed(name + ".conv"),
        bias: node(name + ".conv.bias"), kernel: kernel, groups: groups)
      y = try engine.gelu(y)
    case .stacked(let count, let kernel, let groups):
      for index in 0..<count {
        let layer = name + ".layers.\(index).conv"
        y = try convolve(
          y, offsets: offsets, weight: node(layer + ".weight"),
          bias: node(layer + ".bias"), kernel: kernel, groups: groups)
        y = try engine.gelu(engine.layerNorm(y, gamma: nil, beta: nil))
      }
    }
    return try engine.add(x, y)
  }

  /// g · v / |v|, one g for each tap of the kernel.
  private func weightNormed(_ name: String) throws -> Node {
    let g = try node(name + ".weight_g")
    let v = try node(name + ".weight_v")
    let taps = g.count
    let rows = try engine.reshape(v, to: [v.count / taps, taps])
    let weight = try engine.mul(
      engine.normalizeColumns(rows), engine.reshape(g, to: [taps]))
    return try engine.reshape(weight, to: v.shape.array)
  }

  /// As many frames as there are; of an even kernel's the last is dropped.
  private func convolve(
    _ x: Node, offsets: [Int], weight: Node, bias: Node, kernel: Int,
    groups: Int
  ) throws -> Node {
    let y = try engine.conv1d(
      x, offsets: offsets, weight: weight, bias: bias, padding: kernel / 2,
      groups: groups)
    guard kernel.isMultiple(of: 2) else { return y }
    let rows = (0..<offsets.count - 1).flatMap { index in
      (offsets[index]..<offsets[index + 1]).map { $0 + index }
    }
    return try engine.gatherRows(y, rows: rows)
  }
}
