import Kernels

/// The hidden states of one utterance, [layers, frames, dim], as they lie in
/// a feature store. Borrowed: the caller keeps them where they are until the
/// step ends.
package struct LayeredStates {
  package enum Values {
    case float32(UnsafePointer<Float>)
    /// IEEE half precision.
    case float16(UnsafePointer<UInt16>)
  }

  package let values: Values
  package let layers: Int
  /// How many frames of each layer to take, from the first on.
  package let frames: Int
  package let dim: Int
  /// Numbers from one layer to the next.
  package let layerStride: Int

  /// - Parameter layerStride: frames · dim unless said; more if the store
  ///   holds more frames than are wanted.
  package init(
    _ values: Values, layers: Int, frames: Int, dim: Int,
    layerStride: Int? = nil
  ) {
    self.values = values
    self.layers = layers
    self.frames = frames
    self.dim = dim
    self.layerStride = layerStride ?? frames * dim
  }

  fileprivate func row(_ row: Int) -> (UnsafeRawPointer, isHalf: Int32) {
    switch values {
    case .float32(let pointer): (UnsafeRawPointer(pointer + row * dim), 0)
    case .float16(let pointer): (UnsafeRawPointer(pointer + row * dim), 1)
    }
  }
}

extension Engine {
  /// The Featurizer: Σ_l weights[l] · h[l] of each utterance, packed behind
  /// one another → [Σ frames, dim]. The gradient flows to the weights alone:
  /// dw[l] = Σ ⟨h[l], dy⟩.
  ///
  /// - Parameters:
  ///   - weights: [layers], used as they are: pass the softmax of the trained
  ///     ones. Nil packs states of a single layer.
  ///   - normalize: brings each frame of each layer to mean 0, variance 1
  ///     first (epsilon 1e-5).
  package func weightedSum(
    _ states: [LayeredStates], weights: Node?, normalize: Bool = false
  ) throws -> Node {
    try check("weighted_sum", weights)
    let layers = weights?.count ?? 1
    guard weights.map({ $0.shape.rank == 1 }) ?? true,
      let dim = states.first?.dim, dim > 0
    else {
      throw OperatorError(
        "weighted_sum",
        "weights are \(weights?.shape ?? []), of \(states.count) utterances")
    }
    for (index, state) in states.enumerated() {
      try require(
        state.layers == layers && state.dim == dim && state.frames >= 0,
        "weighted_sum",
        "utterance \(index) has states [\(state.layers), \(state.frames), "
          + "\(state.dim)], not [\(layers), frames, \(dim)]")
    }
    let rows = states.reduce(0) { $0 + $1.frames }
    let y = try output("weighted_sum", [rows, dim], from: weights)
    beginBatch(y, offsets: Segments(of: states.map(\.frames)).offsets)
    let blocks = batch?.utterances ?? RowBlocks(cuts: [0, states.count])
    var pieces = Self.pieces(of: states, dim: dim)
    if let exchange, y.blocks != nil {
      let own = exchange.share(blocks.count)
      let utterances = blocks.cuts[own.lowerBound]..<blocks.cuts[own.upperBound]
      pieces.removeAll { !utterances.contains($0.utterance) }
      y.isPartial = true
    }
    let isNormalized: Int32 = normalize ? 1 : 0
    let py = y.pointer
    var one: Float = 1
    withUnsafePointer(to: &one) { one in
      let w = weights.map { UnsafePointer($0.pointer) } ?? one
      parallel(pieces.count) { index in
        let piece = pieces[index]
        let state = states[piece.utterance]
        let (h, isHalf) = state.row(piece.first)
        superb_weighted_layers(
          layers, piece.rows, dim, state.layerStride, h, isHalf, isNormalized,
          w, py + piece.outputRow * dim)
      }
    }
    guard let weights else { return y }
    record(y) { [unowned self] dy in
      let dw = weights.gradient
      withUnsafeTemporaryAllocation(
        of: Double.self, capacity: max(1, layers * pieces.count)
      ) { dots in
        let dots = dots.baseAddress
        parallel(pieces.count) { index in
          let piece = pieces[index]
          let state = states[piece.utterance]
          let (h, isHalf) = state.row(piece.first)
          superb_layer_dots(
            layers, piece.rows, dim, state.layerStride, h, isHalf, isNormalized,
            dy + piece.outputRow * dim, dots.map { $0 + index * layers })
        }
        // [blocks, layers]
        var sums = [Double](repeating: 0, count: blocks.count * layers)
        var block = 0
        for (index, piece) in pieces.enumerated() {
          while piece.utterance >= blocks[block].upperBound { block += 1 }
          for layer in 0..<layers {
            sums[block * layers + layer] += dots?[index * layers + layer] ?? 0
          }
        }
        if y.blocks != nil, let exchange {
          let cuts = exchange.cuts(of: Array(0...blocks.count), unit: layers)
          exchange.gather(&sums, cuts: cuts)
        }
        for layer in 0..<layers {
          dw[layer] += Float(
            Self.sumTree(
              (0..<blocks.count).map { sums[$0 * layers + layer] }))
        }
      }
    }
    return y
  }

  private struct Piece {
    let utterance: Int
    let first: Int
    let rows: Int
    let outputRow: Int
  }

  /// Stretches of frames that are summed apart: long enough that each layer
  /// is read as a stream. They depend on the lengths alone.
  private static func pieces(of states: [LayeredStates], dim: Int) -> [Piece] {
    let most = max(1, 32768 / dim)
    var pieces: [Piece] = []
    var outputRow = 0
    for (utterance, state) in states.enumerated() {
      for first in stride(from: 0, to: state.frames, by: most) {
        let rows = min(most, state.frames - first)
        pieces.append(
          Piece(
            utterance: utterance, first: first, rows: rows,
            outputRow: outputRow))
        outputRow += rows
      }
    }
    return pieces
  }
}
