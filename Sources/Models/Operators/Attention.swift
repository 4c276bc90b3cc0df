import Tensors

extension OutlineFrames {
  func attention(
    _ name: String, _ shape: AttentionShape, addedTo residual: Self
  ) -> Self {
    var parameters = ["q_proj", "k_proj", "v_proj", "out_proj"].flatMap {
      ModelParameter.linear(
        "\(name).\($0)", width, width,
        hasBias: shape.hasBias && ($0 != "k_proj" || shape.hasKeyBias))
    }
    if let distances = shape.distances {
      parameters.append(
        ModelParameter(
          name: name + ".gru_rel_pos_const", shape: [1, shape.heads, 1, 1]))
      parameters += ModelParameter.linear(
        name + ".gru_rel_pos_linear", 8, width / shape.heads)
      let table = AttentionShape.distanceTable
      let size = [distances.buckets, shape.heads]
      outline.declare(table, [ModelParameter(name: table, shape: size)]) {
        DistanceTable(
          shape: distances, heads: shape.heads, table: try $0.floats(table))
      }
    }
    let headSize = width / shape.heads
    switch shape.positions {
    case .unknown, .turned, .disentangled: break
    case .clamped(let before, let behind):
      parameters.append(
        ModelParameter(
          name: name + ".distance_embedding.weight",
          shape: [before + behind + 1, headSize]))
    case .sinusoids:
      parameters += ModelParameter.linear(
        name + ".linear_pos", width, width, hasBias: false)
      parameters += ["u", "v"].map {
        ModelParameter(
          name: "\(name).pos_bias_\($0)", shape: [shape.heads, headSize])
      }
      outline.countProduct(2 * rows, width, width + rows)
    }
    if case .disentangled(let distances) = shape.positions {
      let table = DisentangledDistances.table
      outline.declare(
        table,
        [
          ModelParameter(
            name: table + ".weight", shape: [2 * distances.span, width])
        ] + ModelParameter.norm(DisentangledDistances.norm, width)
      ) { _ in 0 }
      outline.countProduct(2 * rows, 2 * distances.span, width)
    }
    outline.declare(name, parameters) {
      try SelfAttention(name, shape, in: $0)
    }
    outline.countProduct(rows, width, 4 * width)
    outline.countProduct(rows, 2 * width, rows)
    return self
  }
}

extension PackedFrames {
  func attention(
    _ name: String, _ shape: AttentionShape, addedTo residual: Self
  ) throws -> Self {
    let attention: SelfAttention = try pass.part(name)
    if shape.distances != nil, pass.distances?.spans != spans {
      let table: DistanceTable = try pass.part(AttentionShape.distanceTable)
      pass.distances = table.rows(of: spans, in: pass.workspace)
    }
    return withExtendedLifetime(residual) {
      make(width) { x, y, _ in
        attention.apply(
          x, residual: residual.pointer, spans: spans,
          distances: pass.distances, into: y, workspace: pass.workspace)
      }
    }
  }
}

extension TapedFrames {
  func attention(
    _ name: String, _ shape: AttentionShape, addedTo residual: Self
  ) throws -> Self {
    let turned = try turned(shape)
    func projected(_ x: Self, _ part: String) throws -> Self {
      try x.linear(
        name + part, to: width,
        hasBias: shape.hasBias && (part != ".k_proj" || shape.hasKeyBias),
        gelu: false)
    }
    let q = try projected(turned, ".q_proj")
    let k = try projected(turned, ".k_proj")
    let v = try projected(self, ".v_proj")
    let context =
      try shape.distances.map {
        try attention(name, shape.heads, $0, q.node, k.node, v.node)
      }
      ?? positioned(name, shape, q.node, k.node, v.node)
      ?? engine.attention(
        q.node, k.node, v.node, offsets: offsets, heads: shape.heads)
    return try residual.add(projected(with(context), ".out_proj"))
  }

  /// With a bias of its own for each utterance, since it depends on the
  /// queries.
  private func attention(
    _ name: String, _ heads: Int, _ shape: ModelConfiguration.RelativeBias,
    _ q: Node, _ k: Node, _ v: Node
  ) throws -> Node {
    let gates = try distanceGates(name, heads)
    let distances = Distances(shape, offsets: offsets)
    let parts = try spans.map { span in
      func rows(_ node: Node) throws -> Node {
        try engine.rows(node, first: span.lowerBound, count: span.count)
      }
      let bias = try distances.bias(
        of: engine.rows(
          gates, first: span.lowerBound * heads, count: span.count * heads),
        constants: weight(name + ".gru_rel_pos_const"),
        table: weight(AttentionShape.distanceTable), frames: span.count,
        heads: heads, on: engine)
      return try engine.attention(
        rows(q), rows(k), rows(v), offsets: [0, span.count], heads: heads,
        bias: bias)
    }
    return try engine.concatRows(parts)
  }

  /// WavLM's two gates of each frame and head, from the attention's input:
  /// [Σ frames · heads, 2].
  private func distanceGates(_ name: String, _ heads: Int) throws -> Node {
    let size = width / heads
    let rows = node.count / size
    let outputs = try with(engine.reshape(node, to: [rows, size]))
      .linear(name + ".gru_rel_pos_linear", to: 8)
    // Of eight outputs, four and four are summed.
    let ones = try engine.constant(
      [Float](repeating: 1, count: 4), shape: [4, 1])
    let sums = try engine.matmul(
      engine.reshape(outputs.node, to: [2 * rows, 4]), ones)
    return try engine.sigmoid(engine.reshape(sums, to: [rows, 2]))
  }
}
