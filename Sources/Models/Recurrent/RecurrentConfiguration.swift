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
