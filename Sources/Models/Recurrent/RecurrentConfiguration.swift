import Diagnostics

/// The architecture of APC and VQ-APC: gated recurrent units over the frames
/// of a log-mel front end.
///
/// VQ-APC quantizes what is behind its last state; for the states both are
/// one network.
package struct RecurrentConfiguration: Sendable, Equatable, Codable {
  /// Features of a frame.
  package var inputs: Int
  package var hiddenSize: Int
  package var layers: Int
  /// Whether a layer's input is added to its output, from the second layer
  /// on.
  package var isResidual: Bool

  package init(inputs: Int, hiddenSize: Int, layers: Int, isResidual: Bool) {
    self.inputs = inputs
    self.hiddenSize = hiddenSize
    self.layers = layers
    self.isResidual = isResidual
  }

  package func checkSizes() throws {
    // Far above any model there is; a product of three stays an Int.
    for (key, size, most) in [
      ("feat_dim", inputs, 1 << 16), ("hidden_size", hiddenSize, 1 << 16),
      ("num_layers", layers, 1 << 10),
    ] where size < 1 || size > most {
      throw UserError("\(key) is \(size)", fix: "it is between 1 and \(most)")
    }
  }
}

extension RecurrentConfiguration: SpectralArchitecture {
  /// The layers whose output is a state. s3prl taps the inputs of the second
  /// and the third layer and the output of the last: with three layers, as
  /// all published models have, these are all there is.
  var statefulLayers: [Int] {
    Array(Set([0, 1, layers - 1].filter { $0 < layers })).sorted()
  }

  package var states: Int { statefulLayers.count }

  package var parameters: [ModelParameter] {
    (0..<layers).flatMap { index in
      let inputs = index == 0 ? self.inputs : hiddenSize
      return [
        ("weight_ih_l0", [3 * hiddenSize, inputs]),
        ("weight_hh_l0", [3 * hiddenSize, hiddenSize]),
        ("bias_ih_l0", [3 * hiddenSize]), ("bias_hh_l0", [3 * hiddenSize]),
      ].map {
        ModelParameter(name: "\(Self.layer(index)).\($0)", shape: $1)
      }
    }
  }

  package func load(_ tensors: any NamedTensors) throws -> any SpectralModel {
    try RecurrentEncoder(self, in: tensors)
  }

  static func layer(_ index: Int) -> String { "rnn_layers.\(index)" }
}
