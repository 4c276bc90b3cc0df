import Tensors

private func parameters(
  _ name: String, layer: Int, gates: Int, from inputs: Int, to width: Int
) -> [ModelParameter] {
  [
    ("weight_ih", [gates * width, inputs]),
    ("weight_hh", [gates * width, width]),
    ("bias_ih", [gates * width]), ("bias_hh", [gates * width]),
  ].map { ModelParameter(name: "\(name).\($0)_l\(layer)", shape: $1) }
}

extension OutlineFrames {
  func gatedRecurrence(_ name: String, to width: Int) -> Self {
    outline.declare(
      name,
      parameters(name, layer: 0, gates: 3, from: self.width, to: width)
    ) { try GatedRecurrence(name, in: $0) }
    outline.countProduct(rows, self.width + width, 3 * width)
    return sized(width)
  }

  func longShortTermMemory(
    _ name: String, layer: Int, to width: Int
  ) -> Self {
    outline.declare(
      "\(name).\(layer)",
      parameters(name, layer: layer, gates: 4, from: self.width, to: width)
    ) { try GatedRecurrence(name, layer: layer, cell: .lstm, in: $0) }
    outline.countProduct(rows, self.width + width, 4 * width)
    return sized(width)
  }
}

extension PackedFrames {
  func gatedRecurrence(_ name: String, to width: Int) throws -> Self {
    try recurrence(pass.part(name), to: width)
  }

  func longShortTermMemory(
    _ name: String, layer: Int, to width: Int
  ) throws -> Self {
    try recurrence(pass.part("\(name).\(layer)"), to: width)
  }

  private func recurrence(_ layer: GatedRecurrence, to width: Int) -> Self {
    makeEach(width) {
      layer.apply($0, frames: $1, into: $2, workspace: pass.workspace)
    }
  }
}

extension TapedFrames {
  func gatedRecurrence(_ name: String, to width: Int) throws -> Self {
    try recurrence(.gru, name, layer: 0)
  }

  func longShortTermMemory(
    _ name: String, layer: Int, to width: Int
  ) throws -> Self {
    try recurrence(.lstm, name, layer: layer)
  }

  private func recurrence(
    _ cell: RecurrentCell, _ name: String, layer: Int
  ) throws -> Self {
    func part(_ part: String) throws -> Node {
      try weight("\(name).\(part)_l\(layer)")
    }
    let weights = RecurrentWeights(
      input: try part("weight_ih"), recurrent: try part("weight_hh"),
      inputBias: try part("bias_ih"), recurrentBias: try part("bias_hh"))
    return with(
      try engine.recurrent(cell, node, offsets: offsets, weights: [weights]))
  }
}
