import Kernels

extension Engine {
  /// Σ_l weights[l] · layers[l] of layers that are nodes themselves, all of
  /// one shape: the Featurizer over a model that is trained. The gradient
  /// flows to the layers and to the weights.
  ///
  /// - Parameter weights: [layers.count], used as they are.
  package func weightedSum(of layers: [Node], weights: Node) throws -> Node {
    let name = "weighted_sum"
    try check(name, weights)
    for layer in layers { try check(name, layer) }
    guard let first = layers.first, weights.shape.array == [layers.count],
      layers.allSatisfy({ $0.shape == first.shape })
    else {
      throw OperatorError(
        name,
        "weights are \(weights.shape), of layers \(layers.map(\.shape))")
    }
    let y = try output(
      name, first.shape.array,
      requiresGradient: weights.requiresGradient
        || layers.contains(where: \.requiresGradient))
    y.blocks = first.blocks
    let blocks = y.blocks(rows: y.count)
    let (py, w) = (y.pointer, UnsafePointer(weights.pointer))
    let inputs = layers.map { UnsafePointer($0.pointer) }
    forEachPiece(of: y.count) { start, count in
      (py + start).update(repeating: 0, count: count)
      for (index, x) in inputs.enumerated() {
        superb_axpy(count, w[index], x + start, py + start)
      }
    }
    record(y) { [unowned self] dy in
      for (index, layer) in layers.enumerated() where layer.requiresGradient {
        addScaled(dy, w[index], count: layer.count, to: layer.gradient)
      }
      guard weights.requiresGradient else { return }
      let dw = weights.gradient
      for (index, x) in inputs.enumerated() {
        dw[index] += Float(
          sumOverPieces(of: y.count, blocks) { start, count in
            superb_dot(count, x + start, dy + start)
          })
      }
    }
    return y
  }
}
