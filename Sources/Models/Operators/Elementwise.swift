import Kernels
import Tensors

extension OutlineFrames {
  func add(_ y: Self) -> Self { self }
  func residual(of input: Self, scale: Double) -> Self { self }
  func activation(_ activation: Activation) -> Self { self }
  func compressed() -> Self { self }
  func addSinusoids() -> Self { self }
  func cut(longest: Int, multiple: Int) -> Self { self }
}

extension PackedFrames {
  func add(_ y: Self) -> Self {
    withExtendedLifetime(y) {
      make(width) { superb_add($2 * width, $0, y.pointer, $1) }
    }
  }

  consuming func residual(of input: Self, scale: Double) -> Self {
    let factor = Float(scale.squareRoot())
    return changed { y in
      withExtendedLifetime(input) {
        for (from, to) in zip(input.spans, y.spans) {
          superb_add_block(
            to.count, y.width, input.pointer + from.lowerBound * y.width,
            from.count / to.count * y.width,
            y.pointer + to.lowerBound * y.width, y.width)
        }
      }
      superb_affine(y.count, factor, 0, y.pointer, y.pointer)
    }
  }

  consuming func activation(_ activation: Activation) -> Self {
    changed { y in
      switch activation {
      case .relu: superb_relu(y.count, y.pointer, y.pointer)
      case .gelu: superb_gelu(y.count, y.pointer, y.pointer)
      case .swish: Self.swish(y.count, y.pointer, in: y.pass.workspace)
      case .elu: Self.elu(y.count, y.pointer, in: y.pass.workspace)
      }
    }
  }

  consuming func compressed() -> Self {
    let count = count
    return overwrite { x, y in
      for index in 0..<count { y[index] = x[index].magnitude + 1 }
      superb_log(count, y, y)
    }
  }

  consuming func addSinusoids() -> Self {
    changed { SinusoidPositions(size: $0.width).add(to: $0.pointer, $0.spans) }
  }
}

extension TapedFrames {
  func add(_ y: Self) throws -> Self { with(try engine.add(node, y.node)) }

  func residual(of input: Self, scale: Double) throws -> Self {
    let rows = zip(input.spans, spans).flatMap { from, to in
      let step = from.count / max(1, to.count)
      return (0..<to.count).map { from.lowerBound + $0 * step }
    }
    let sum = try engine.add(node, engine.gatherRows(input.node, rows: rows))
    return with(try engine.scale(sum, by: scale.squareRoot()))
  }

  func activation(_ activation: Activation) throws -> Self {
    switch activation {
    case .relu: return with(try engine.relu(node))
    case .gelu: return with(try engine.gelu(node))
    case .swish: return with(try engine.mul(node, engine.sigmoid(node)))
    case .elu:
      let above = try engine.relu(node)
      let below = try engine.exp(engine.sub(node, above))
      return with(
        try engine.add(above, engine.scale(below, by: 1, offset: -1)))
    }
  }

  func compressed() throws -> Self {
    // |x| = max(x, 0) + max(-x, 0)
    let magnitude = try engine.add(
      engine.relu(node), engine.relu(engine.scale(node, by: -1)))
    return with(try engine.log(engine.scale(magnitude, by: 1, offset: 1)))
  }

  func addSinusoids() throws -> Self {
    let table = FloatBuffer([Float](repeating: 0, count: node.count))
    SinusoidPositions(size: width).add(to: table.pointer, spans)
    let positions = try engine.constant(
      UnsafeBufferPointer(start: table.pointer, count: table.count),
      shape: node.shape.array)
    return with(try engine.add(node, positions))
  }
}
