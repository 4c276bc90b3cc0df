import Tensors

extension TapedFrames {
  /// Frames of which queries and keys are made.
  func turned(_ shape: AttentionShape) throws -> Self {
    guard case .turned(let base) = shape.positions else { return self }
    let half = width / shape.heads / 2
    let turns = HeadTurns(heads: shape.heads, size: 2 * half, base: base)
    let (cosines, sines) = turns.table(spans.map(\.count).max() ?? 0)
    // For each row and head: cosines twice; sines, the first half negative.
    func table(_ values: [Float], _ sign: Float) throws -> Node {
      var table: [Float] = []
      for span in spans {
        for frame in 0..<span.count {
          let row = values[frame * half..<(frame + 1) * half]
          for _ in 0..<shape.heads { table += row.map { sign * $0 } + row }
        }
      }
      return try engine.constant(table, shape: node.shape.array)
    }
    let rows = node.count / (2 * half)
    let heads = try engine.reshape(node, to: [rows, 2 * half])
    let swapped = try engine.concatColumns([
      engine.columns(heads, first: half, count: half),
      engine.columns(heads, first: 0, count: half),
    ])
    return with(
      try engine.add(
        engine.mul(node, table(cosines, 1)),
        engine.mul(
          engine.reshape(swapped, to: node.shape.array), table(sines, -1))))
  }

  /// An attention that minds distances, utterance by utterance; nil for any
  /// other.
  func positioned(
    _ name: String, _ shape: AttentionShape, _ q: Node, _ k: Node, _ v: Node
  ) throws -> Node? {
    let heads = shape.heads
    var (content, position) = (q, q)
    var clamp: (before: Int, count: Int)?
    switch shape.positions {
    case .unknown, .turned: return nil
    case .disentangled(let distances):
      return try disentangled(name, shape, distances, q, k, v)
    case .clamped(let before, let behind):
      clamp = (before, before + behind + 1)
    case .sinusoids:
      func moved(_ part: String) throws -> Node {
        try engine.add(
          q, engine.reshape(weight("\(name).pos_bias_\(part)"), to: [width]))
      }
      (content, position) = (try moved("u"), try moved("v"))
    }
    let parts = try spans.map { span in
      func rows(_ node: Node) throws -> Node {
        try engine.rows(node, first: span.lowerBound, count: span.count)
      }
      let keys = try positionKeys(name, clamped: clamp != nil, span.count)
      let bias = try bias(
        of: rows(position), keys, heads: heads, frames: span.count, clamp)
      return try engine.attention(
        rows(content), rows(k), rows(v), offsets: [0, span.count],
        heads: heads, bias: bias)
    }
    return try engine.concatRows(parts)
  }

  private func disentangled(
    _ name: String, _ shape: AttentionShape,
    _ distances: DisentangledDistances, _ q: Node, _ k: Node, _ v: Node
  ) throws -> Node {
    let norm = DisentangledDistances.norm
    let vectors = with(
      try engine.layerNorm(
        weight(DisentangledDistances.table + ".weight"),
        gamma: weight(norm + ".weight"), beta: weight(norm + ".bias"),
        epsilon: distances.layerNormEpsilon))
    let met = try vectors.linear(name + ".k_proj", to: width).node
    let meeting = try vectors.linear(name + ".q_proj", to: width).node
    let size = width / shape.heads
    let count = 2 * distances.span
    let factor = 1 / shape.scale(headSize: size).squareRoot()
    let parts = try spans.map { span in
      func rows(_ node: Node) throws -> Node {
        try engine.rows(node, first: span.lowerBound, count: span.count)
      }
      let frames = span.count
      let places = (1 - frames..<frames).map(distances.place)
      func gathered(
        _ node: Node, _ vectors: Node, head: Int,
        _ row: (_ query: Int, _ key: Int) -> Int
      ) throws -> Node {
        let products = try engine.linear(
          engine.columns(rows(node), first: head * size, count: size),
          weight: engine.columns(vectors, first: head * size, count: size),
          bias: nil)
        let indices = (0..<frames).flatMap { query in
          (0..<frames).map { key in
            row(query, key) * count + places[query - key + frames - 1]
          }
        }
        return try engine.gatherRows(
          engine.reshape(products, to: [frames * count, 1]), rows: indices)
      }
      let heads = try (0..<shape.heads).map { head in
        try engine.add(
          gathered(q, met, head: head) { query, _ in query },
          gathered(k, meeting, head: head) { _, key in key })
      }
      let bias = try engine.scale(
        engine.reshape(
          engine.concatRows(heads), to: [shape.heads, frames, frames]),
        by: factor)
      // The operator divides by the root of a head's size alone.
      let scaled = try engine.scale(
        rows(q), by: factor * Double(size).squareRoot())
      return try engine.attention(
        scaled, rows(k), rows(v), offsets: [0, frames], heads: shape.heads,
        bias: bias)
    }
    return try engine.concatRows(parts)
  }

  /// `[distances, head]` for all heads, or `[distances, width]`.
  private func positionKeys(
    _ name: String, clamped: Bool, _ frames: Int
  ) throws -> Node {
    if clamped { return try weight(name + ".distance_embedding.weight") }
    let table = FloatBuffer((2 * frames - 1) * width)
    PositionKeys.fill(table.pointer, frames: frames, size: width)
    let sinusoids = try engine.constant(
      UnsafeBufferPointer(start: table.pointer, count: table.count),
      shape: [2 * frames - 1, width])
    return try engine.linear(
      sinusoids, weight: weight(name + ".linear_pos.weight"), bias: nil)
  }

  /// `[heads, frames, frames]`.
  private func bias(
    of queries: Node, _ keys: Node, heads: Int, frames: Int,
    _ clamp: (before: Int, count: Int)?
  ) throws -> Node {
    let size = width / heads
    let count = keys.shape[0]
    // Of each query and key, the place of their distance.
    let places = (0..<frames).flatMap { query in
      (0..<frames).map { key in
        let place =
          clamp.map { min(max(key - query + $0.before, 0), $0.count - 1) }
          ?? key - query + frames - 1
        return query * count + place
      }
    }
    let parts = try (0..<heads).map { head in
      func columns(_ node: Node) throws -> Node {
        try engine.columns(node, first: head * size, count: size)
      }
      let products = try engine.linear(
        columns(queries), weight: clamp == nil ? columns(keys) : keys,
        bias: nil)
      return try engine.gatherRows(
        engine.reshape(products, to: [frames * count, 1]), rows: places)
    }
    return try engine.scale(
      engine.reshape(engine.concatRows(parts), to: [heads, frames, frames]),
      by: 1 / Double(size).squareRoot())
  }
}
