import Kernels
import Tensors

extension OutlineFrames {
  func gated() -> Self { sized(width / 2) }
  func scaled(by factor: Double) -> Self { self }
  func pooled(by count: Int) -> Self { sized(width, rows: rows / count) }
}

extension PackedFrames {
  func gated() -> Self {
    let (half, width) = (width / 2, width)
    return make(half) { x, y, rows in
      for row in 0..<rows {
        let (from, to) = (x + row * width, y + row * half)
        superb_sigmoid(half, from + half, to)
        superb_mul(half, from, to, to)
      }
    }
  }

  consuming func scaled(by factor: Double) -> Self {
    let count = count
    return overwrite { superb_affine(count, Float(factor), 0, $0, $1) }
  }

  func pooled(by count: Int) -> Self {
    let (width, lengths) = (width, spans.map { $0.count / count })
    return makeEach(width, spans: .spans(ofLengths: lengths)) { x, rows, y in
      for row in 0..<rows / count {
        let (from, to) = (x + row * count * width, y + row * width)
        to.update(from: from, count: width)
        for next in 1..<max(1, count) {
          superb_add(width, to, from + next * width, to)
        }
      }
      let numbers = rows / count * width
      superb_affine(numbers, 1 / Float(count), 0, y, y)
    }
  }

  /// x, and exp(x) - 1 below 0, in place.
  static func elu(
    _ count: Int, _ x: UnsafeMutablePointer<Float>, in workspace: PassWorkspace
  ) {
    let block = 4096
    let above = workspace.room(.activations, block)
    for start in stride(from: 0, to: count, by: block) {
      let size = min(block, count - start)
      let y = x + start
      superb_relu(size, y, above)
      superb_sub(size, y, above, y)
      superb_exp(size, y, y)
      superb_affine(size, 1, -1, y, y)
      superb_add(size, above, y, y)
    }
  }

  /// x · sigmoid(x), in place.
  static func swish(
    _ count: Int, _ x: UnsafeMutablePointer<Float>, in workspace: PassWorkspace
  ) {
    let block = 4096
    let gates = workspace.room(.activations, block)
    for start in stride(from: 0, to: count, by: block) {
      let size = min(block, count - start)
      superb_sigmoid(size, x + start, gates)
      superb_mul(size, x + start, gates, x + start)
    }
  }
}

extension TapedFrames {
  func gated() throws -> Self {
    let half = width / 2
    return with(
      try engine.mul(
        engine.columns(node, first: 0, count: half),
        engine.sigmoid(engine.columns(node, first: half, count: half))))
  }

  func pooled(by count: Int) throws -> Self {
    func every(_ first: Int) throws -> Self {
      try select { span in
        (0..<span.count / count).map { span.lowerBound + $0 * count + first }
      }
    }
    var sum = try every(0)
    for next in 1..<max(1, count) { sum = try sum.add(every(next)) }
    return try sum.scaled(by: 1 / Double(count))
  }

  func scaled(by factor: Double) throws -> Self {
    with(try engine.scale(node, by: factor))
  }
}
