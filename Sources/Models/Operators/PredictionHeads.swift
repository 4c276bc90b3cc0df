import Tensors

extension OutlineFrames {
  func predictionHead(
    _ name: String, index: Int, of count: Int, to width: Int
  ) -> Self {
    let inner = self.width / count
    let parameters = [
      ModelParameter(name: name + ".weight", shape: [count, inner, width]),
      ModelParameter(name: name + ".bias", shape: [1, 1, count, width]),
    ]
    outline.declare(name, parameters) { reader in
      let weights = try reader.floats(name + ".weight")
      let bias = try reader.floats(name + ".bias")
      return (0..<count).map { head in
        Dense(
          depth: inner, width: width,
          weights: (0..<width * inner).map {
            weights[(head * inner + $0 % inner) * width + $0 / inner]
          }, bias: Array(bias[head * width..<(head + 1) * width]))
      }
    }
    outline.countProduct(rows, inner, width)
    return sized(width)
  }
}

extension PackedFrames {
  func predictionHead(
    _ name: String, index: Int, of count: Int, to width: Int
  ) throws -> Self {
    let heads: [Dense] = try pass.part(name)
    let head = heads[index]
    return make(width) {
      head.apply(
        $0 + index * head.depth, stride: self.width, rows: $2, into: $1)
    }
  }
}

extension TapedFrames {
  func predictionHead(
    _ name: String, index: Int, of count: Int, to width: Int
  ) throws -> Self {
    let inner = self.width / count
    let weights = try engine.reshape(
      weight(name + ".weight"), to: [count * inner, width])
    let biases = try engine.reshape(
      weight(name + ".bias"), to: [count, width])
    let product = try engine.matmul(
      engine.columns(node, first: index * inner, count: inner),
      engine.rows(weights, first: index * inner, count: inner))
    let bias = try engine.rows(biases, first: index, count: 1)
    return with(try engine.add(product, engine.reshape(bias, to: [width])))
  }
}
