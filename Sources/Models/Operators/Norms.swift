import Kernels
import Tensors

extension OutlineFrames {
  func layerNorm(_ name: String?, epsilon: Double, gelu: Bool) -> Self {
    if let name {
      outline.declare(name, ModelParameter.norm(name, width)) {
        try PackedNorm(name, in: $0)
      }
    }
    return self
  }

  func groupNorm(_ name: String, groups: Int, isAffine: Bool) -> Self {
    let width = width
    outline.declare(name, isAffine ? ModelParameter.norm(name, width) : []) {
      isAffine
        ? try PackedNorm(name, in: $0) : PackedNorm(withoutEffect: width)
    }
    return self
  }

  func batchNorm(_ name: String, epsilon: Double) -> Self {
    let running = ["running_mean", "running_var"].map {
      ModelParameter(name: "\(name).\($0)", shape: [width], isTrained: false)
    }
    outline.declare(name, ModelParameter.norm(name, width) + running) {
      try PackedNorm(name, running: epsilon, in: $0)
    }
    return self
  }
}

extension PackedFrames {
  consuming func batchNorm(_ name: String, epsilon: Double) throws -> Self {
    let norm: PackedNorm = try pass.part(name)
    let (rows, width) = (rows, width)
    return overwrite { x, y in
      superb_mul_row(rows, width, x, norm.gamma.pointer, y)
      superb_add_row(rows, width, 1, y, norm.beta.pointer, y)
    }
  }

  consuming func layerNorm(
    _ name: String?, epsilon: Double, gelu: Bool
  ) throws -> Self {
    let norm: PackedNorm? = try name.map(pass.part)
    let (rows, width) = (rows, width)
    return overwrite { x, y in
      superb_layer_norm(
        rows, width, epsilon, x, norm?.gamma.pointer, norm?.beta.pointer,
        gelu ? 1 : 0, y, nil, nil)
    }
  }

  consuming func groupNorm(
    _ name: String, groups: Int, isAffine: Bool
  ) throws -> Self {
    let norm: PackedNorm = try pass.part(name)
    return changed { y in
      let size = y.width / groups
      for span in y.spans {
        for column in stride(from: 0, to: y.width, by: size) {
          let start = y.pointer + span.lowerBound * y.width + column
          var (mean, inverse): (Float, Float) = (0, 0)
          superb_group_norm(
            span.count, size, y.width, 1e-5, start, norm.gamma.pointer + column,
            norm.beta.pointer + column, start, &mean, &inverse)
        }
      }
    }
  }
}

extension TapedFrames {
  func batchNorm(_ name: String, epsilon: Double) throws -> Self {
    let variance = try weight(name + ".running_var").values.map {
      Float(1 / (Double($0) + epsilon).squareRoot())
    }
    let centred = try engine.mul(
      engine.sub(node, weight(name + ".running_mean")),
      engine.constant(variance, shape: [width]))
    return with(
      try engine.add(
        engine.mul(centred, weight(name + ".weight")), weight(name + ".bias")))
  }

  func layerNorm(
    _ name: String?, epsilon: Double, gelu: Bool
  ) throws -> Self {
    let y = try engine.layerNorm(
      node, gamma: name.map { try weight($0 + ".weight") },
      beta: name.map { try weight($0 + ".bias") }, epsilon: epsilon)
    return with(gelu ? try engine.gelu(y) : y)
  }

  func groupNorm(
    _ name: String, groups: Int, isAffine: Bool
  ) throws -> Self {
    func factor(_ part: String, otherwise value: Float) throws -> Node {
      if isAffine { return try weight(name + part) }
      return try engine.constant(
        [Float](repeating: value, count: width), shape: [width])
    }
    return with(
      try engine.groupNorm(
        node, offsets: offsets, groups: groups,
        gamma: factor(".weight", otherwise: 1),
        beta: factor(".bias", otherwise: 0)))
  }
}
