import Kernels

/// What a recurrent network computes at each step, and its kernels.
package enum RecurrentCell: String {
  /// Long short-term memory with PyTorch's gates i, f, g, o (input, forget,
  /// cell, output): c' = f c + i g, h' = o tanh(c').
  case lstm
  /// Gated recurrent units with PyTorch's gates r, z, n (reset, update, new)
  /// and its reset behind the product: n = tanh(W x + b + r (U h + d)),
  /// h' = (1 - z) n + z h.
  case gru

  var gates: Int { self == .lstm ? 4 : 3 }

  func forward(
    _ net: inout superb_recurrence, _ step: inout superb_forward_step,
    blocks: Range<Int>
  ) {
    let kernel = self == .lstm ? superb_lstm_step : superb_gru_step
    kernel(&net, &step, blocks.lowerBound, blocks.upperBound)
  }

  func backward(
    _ net: inout superb_recurrence, _ step: inout superb_backward_step,
    blocks: Range<Int>
  ) {
    let kernel =
      self == .lstm ? superb_lstm_step_backward : superb_gru_step_backward
    kernel(&net, &step, blocks.lowerBound, blocks.upperBound)
  }

  /// The biases as the kernels add them: [4 · hidden].
  func fill(
    _ bias: UnsafeMutablePointer<Float>, hidden: Int,
    from weights: RecurrentWeights
  ) {
    bias.update(repeating: 0, count: 4 * hidden)
    for (index, node) in [weights.inputBias, weights.recurrentBias]
      .enumerated()
    {
      guard let node else { continue }
      for unit in 0..<gates * hidden {
        // A GRU resets the new gate's recurrent part with its bias; the
        // input's stands apart, behind it.
        let isNewInput = self == .gru && index == 0 && unit >= 2 * hidden
        bias[isNewInput ? unit + hidden : unit] += node.pointer[unit]
      }
    }
  }
}
