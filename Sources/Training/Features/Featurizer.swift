import Diagnostics
import Records
import Tensors
import Upstreams

/// Turns the stored hidden states of a batch into the features that an
/// expert sees: one layer of them, or the softmax-weighted sum of all with
/// trainable weights that start equal.
///
/// What s3prl calls by that name, on packed frames: the rows of an utterance
/// follow those of the one before.
package final class Featurizer {
  /// [layers], zeros at the start; nil if there is nothing to weigh.
  private let weights: Parameter?
  /// The only layer used.
  private var layer: Int?
  private let engine: Engine
  /// The states of the step at hand, kept alive until the next.
  private var borrowed: [StoredStates] = []

  init(
    engine: Engine, upstream: UpstreamDescription, selection: FeatureSelection
  ) throws {
    self.engine = engine
    layer = try selection.selectedLayer(of: upstream.layers)
    weights =
      layer == nil
      ? try engine.parameter(
        name: "featurizer.weights", shape: [upstream.layers]) : nil
  }

  /// The layers among which ``use(layer:)`` may choose: none where the user
  /// has chosen, or where there is nothing to choose.
  package var choosableLayers: Range<Int> { 0..<(weights?.node.shape[0] ?? 0) }

  /// From now on this layer alone, unweighted.
  func use(layer: Int) {
    self.layer = layer
  }

  /// [Σ frames, dim] and the row number at which each utterance begins, with
  /// the number of rows at the end. Valid until the next call.
  package func features(of states: [StoredStates]) throws -> (
    Node, offsets: [Int64]
  ) {
    borrowed = states
    let offsets = states.reduce(into: [0]) { offsets, state in
      offsets.append(offsets[offsets.count - 1] + Int64(state.frames))
    }
    let shares =
      layer == nil ? try weights.map { try engine.softmax($0.node) } : nil
    return (
      try engine.weightedSum(try states.map(layered), weights: shares), offsets
    )
  }

  /// The features of states that are being trained: [frames, dim].
  package func features(of states: [Node]) throws -> Node {
    if let layer { return states[layer] }
    guard let weights else { return states[0] }
    return try engine.weightedSum(
      of: states, weights: try engine.softmax(weights.node))
  }

  private func layered(_ states: StoredStates) throws -> LayeredStates {
    try states.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else {
        throw InternalError("stored states without values")
      }
      let size = states.frames * states.dimension
      let first = base + (layer ?? 0) * size * states.precision.byteCount
      let values: LayeredStates.Values =
        switch states.precision {
        case .float32: .float32(first.assumingMemoryBound(to: Float.self))
        case .float16: .float16(first.assumingMemoryBound(to: UInt16.self))
        }
      return LayeredStates(
        values, layers: layer == nil ? states.layers : 1,
        frames: states.frames, dim: states.dimension)
    }
  }
}
