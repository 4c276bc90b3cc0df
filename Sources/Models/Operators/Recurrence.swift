import Tensors

extension OutlineFrames {
  func gatedRecurrence(_ name: String, to width: Int) -> Self {
    let parameters = [
      ("weight_ih_l0", [3 * width, self.width]),
      ("weight_hh_l0", [3 * width, width]),
      ("bias_ih_l0", [3 * width]), ("bias_hh_l0", [3 * width]),
    ].map { ModelParameter(name: "\(name).\($0)", shape: $1) }
    outline.declare(name, parameters) { try GatedRecurrence(name, in: $0) }
    outline.countProduct(rows, self.width + width, 3 * width)
    return sized(width)
  }
}

extension PackedFrames {
  func gatedRecurrence(_ name: String, to width: Int) throws -> Self {
    let layer: GatedRecurrence = try pass.part(name)
    return makeEach(width) {
      layer.apply($0, frames: $1, into: $2, workspace: pass.workspace)
    }
  }
}

extension TapedFrames {
  func gatedRecurrence(_ name: String, to width: Int) throws -> Self {
    let weights = RecurrentWeights(
      input: try weight(name + ".weight_ih_l0"),
      recurrent: try weight(name + ".weight_hh_l0"),
      inputBias: try weight(name + ".bias_ih_l0"),
      recurrentBias: try weight(name + ".bias_hh_l0"))
    return with(
      try engine.recurrent(.gru, node, offsets: offsets, weights: [weights]))
  }
}
