import Kernels
import Tensors

extension OutlineFrames {
  func gated() -> Self { sized(width / 2) }
  func scaled(by factor: Double) -> Self { self }
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

  func scaled(by factor: Double) throws -> Self {
    with(try engine.scale(node, by: factor))
  }
}
