import Kernels

/// Gated recurrent units over the frames of one utterance, forward in time.
///
/// The input's part of the gates is one product over all frames; only the
/// product with the last state is left to the steps.
struct GatedRecurrence: Sendable {
  private let hidden: Int
  private let input: Dense
  /// The recurrent weights as the step wants them.
  private let packed: FloatBuffer
  /// Both biases' sum for reset and update, then the new gate's recurrent and
  /// its input bias.
  private let bias: FloatBuffer

  private var blocks: Int {
    let units = Int(SUPERB_FORWARD_UNITS)
    return (hidden + units - 1) / units
  }

  init(_ name: String, in reader: ParameterReader) throws {
    let shape = try reader.shape(name + ".weight_ih_l0")
    let hidden = shape[0] / 3
    self.hidden = hidden
    input = Dense(
      depth: shape[1], width: shape[0],
      weights: try reader.floats(name + ".weight_ih_l0"), bias: nil)
    let units = Int(SUPERB_FORWARD_UNITS)
    let padded = (hidden + units - 1) / units * units
    packed = FloatBuffer(3 * padded * hidden)
    let recurrent = try reader.floats(name + ".weight_hh_l0")
    let ofInput = try reader.floats(name + ".bias_ih_l0")
    let ofState = try reader.floats(name + ".bias_hh_l0")
    let both = zip(ofInput, ofState).prefix(2 * hidden).map { $0 + $1 }
    bias = FloatBuffer(
      both + ofState[(2 * hidden)...] + ofInput[(2 * hidden)...])
    superb_pack_forward(3, hidden, 0, blocks, recurrent, packed.pointer)
  }

  /// Writes `[frames, hidden]`.
  func apply(
    _ x: UnsafePointer<Float>, frames: Int,
    into y: UnsafeMutablePointer<Float>, workspace: PassWorkspace
  ) {
    let gates = workspace.room(.projections, frames * 3 * hidden)
    input.apply(x, rows: frames, into: gates)
    let width = hidden + Int(SUPERB_STATE_PAD)
    let states = workspace.room(.gates, 2 * width)
    states.update(repeating: 0, count: 2 * width)
    var start: Int = 0
    withUnsafePointer(to: &start) { start in
      var net = superb_recurrence(
        hidden: hidden, starts: start, direction: 1, gates: gates,
        cell: workspace.room(.context, frames * hidden))
      for frame in 0..<frames {
        var step = superb_forward_step(
          step: frame, active: 1, packed: packed.pointer, bias: bias.pointer,
          state: states + (frame + 1) % 2 * width,
          next_state: states + frame % 2 * width, y: y, y_stride: hidden)
        superb_gru_step(&net, &step, 0, blocks)
      }
    }
  }
}
