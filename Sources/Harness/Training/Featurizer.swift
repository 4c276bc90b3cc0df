import Foundation
import Diagnostics
import Tensors
import Upstreams

/// Turns the stored hidden states of a batch into the features that an
/// expert sees: one layer of them, or the softmax-weighted sum of all with
/// trainable weights that start equal.
///
/// What s3prl calls by that name, on packed frames: row i … of an utterance
/// follow those of the one before.
final class Featurizer {
  /// [layers], zeros at the start; nil if there is nothing to weigh.
  private let weights: Parameter?
  /// The only layer used.
  private let layer: Int?
  private let engine: Engine

  init(
    engine: Engine, upstream: UpstreamDescription, selection: FeatureSelection
  ) throws {
    self.engine = engine
    layer = try selection.selectedLayer(of: upstream.layers)
    weights =
      layer == nil
      ? try engine.parameter(
        name: "featurizer.weights", shape: [upstream.layers], init: .zeros,
        isBuffer: false) : nil
  }

  /// Softmax of the weights, the share of each layer; nil without weights.
  var layerShares: [Float]? {
    guard let weights else { return nil }
    let values = weights.node.values
    let largest = values.max() ?? 0
    let powers = values.map { Float(exp(Double($0 - largest))) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// [Σ frames, dim] and the row number at which each utterance begins, with
  /// the number of rows at the end. The states must live until the step ends.
  func features(of states: [StoredStates]) throws -> (Node, offsets: [Int64]) {
    var offsets: [Int64] = [0]
    offsets.reserveCapacity(states.count + 1)
    for state in states {
      offsets.append((offsets.last ?? 0) + Int64(state.frames))
    }
    let layered = states.map { state in
      layer.map { state.layer($0) } ?? state.layered
    }
    let node = try engine.weightedSum(
      states: layered, weights: weights?.node, normalize: false)
    return (node, offsets)
  }
}
