import Tensors

extension TrainableModel {
  /// One layer of the transformer: [Σ frames, size] to the same.
  func layer(
    _ index: Int, _ x: Node, offsets: [Int], distances: Distances?
  ) throws -> Node {
    let name = ModelConfiguration.Names.layer(index)
    let first = configuration.normalizesFirst
    let attentionNorm = name + ".layer_norm"
    let norm = name + ".final_layer_norm"

    let attended = try engine.add(
      x,
      attention(
        name + ".attention", first ? layerNorm(x, attentionNorm) : x,
        offsets: offsets, distances: distances))
    let middle = first ? attended : try layerNorm(attended, attentionNorm)
    let y = try engine.add(
      middle,
      feedForward(
        name + ".feed_forward", first ? layerNorm(middle, norm) : middle))
    return first ? y : try layerNorm(y, norm)
  }

  private func feedForward(_ name: String, _ x: Node) throws -> Node {
    try linear(
      engine.gelu(linear(x, name + ".intermediate_dense")),
      name + ".output_dense")
  }

  private func attention(
    _ name: String, _ x: Node, offsets: [Int], distances: Distances?
  ) throws -> Node {
    let q = try linear(x, name + ".q_proj")
    let k = try linear(x, name + ".k_proj")
    let v = try linear(x, name + ".v_proj")
    let heads = configuration.heads
    guard let distances else {
      return try linear(
        engine.attention(q, k, v, offsets: offsets, heads: heads),
        name + ".out_proj")
    }
    // A bias of its own for each utterance, since it depends on the queries.
    let gates = try distanceGates(name, x)
    var parts: [Node] = []
    for index in 0..<offsets.count - 1 {
      let (start, count) = (
        offsets[index], offsets[index + 1] - offsets[index]
      )
      func rows(_ node: Node) throws -> Node {
        try engine.rows(node, first: start, count: count)
      }
      let bias = try distances.bias(
        of: engine.rows(gates, first: start * heads, count: count * heads),
        constants: node(name + ".gru_rel_pos_const"),
        table: node(ModelConfiguration.Names.bias), frames: count,
        heads: heads, on: engine)
      parts.append(
        try engine.attention(
          rows(q), rows(k), rows(v), offsets: [0, count], heads: heads,
          bias: bias))
    }
    return try linear(engine.concatRows(parts), name + ".out_proj")
  }

  /// WavLM's two gates of each frame and head, from the attention's input:
  /// [Σ frames · heads, 2].
  private func distanceGates(_ name: String, _ x: Node) throws -> Node {
    let rows = x.count / configuration.headSize
    let outputs = try linear(
      engine.reshape(x, to: [rows, configuration.headSize]),
      name + ".gru_rel_pos_linear")
    // Of eight outputs, four and four are summed.
    let ones = try engine.constant(
      [Float](repeating: 1, count: 4), shape: [4, 1])
    let sums = try engine.matmul(
      engine.reshape(outputs, to: [2 * rows, 4]), ones)
    return try engine.sigmoid(engine.reshape(sums, to: [rows, 2]))
  }

  /// What the heads of a distilled model guess from its last state.
  func predictions(from x: Node) throws -> [Node] {
    guard let heads = configuration.predictionHeads else { return [] }
    let name = ModelConfiguration.Names.heads
    let (size, inner) = (configuration.hiddenSize, heads.inner)
    let hidden = try engine.gelu(linear(x, name + ".0"))
    let weights = try engine.reshape(
      node(name + ".2.weight"), to: [heads.count * inner, size])
    let biases = try engine.reshape(
      node(name + ".2.bias"), to: [heads.count, size])
    return try (0..<heads.count).map { head in
      let product = try engine.matmul(
        engine.columns(hidden, first: head * inner, count: inner),
        engine.rows(weights, first: head * inner, count: inner))
      let bias = try engine.rows(biases, first: head, count: 1)
      return try engine.add(product, engine.reshape(bias, to: [size]))
    }
  }
}
