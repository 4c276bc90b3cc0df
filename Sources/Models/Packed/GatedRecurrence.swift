import Kernels

/// Gated recurrent units, or a long short-term memory, over the frames of one
/// utterance, forward in time.
///
/// The input's part of the gates is one product over all frames; only the
/// product with the last state is left to the steps.
struct GatedRecurrence: Sendable {
  enum Cell: Sendable {
    case gru, lstm

    var gates: Int { self == .gru ? 3 : 4 }
  }

  private let cell: Cell
  private let hidden: Int
  private let input: Dense
  /// The recurrent weights as the step wants them.
  private let packed: FloatBuffer
  /// Both biases' sum; of a new gate, which is reset, the recurrent and then
  /// the input bias.
  private let bias: FloatBuffer

  private var blocks: Int {
    let units = Int(SUPERB_FORWARD_UNITS)
    return (hidden + units - 1) / units
  }

  init(
    _ name: String, layer: Int = 0, cell: Cell = .gru,
    in reader: ParameterReader
  ) throws {
    let gates = cell.gates
    func floats(_ part: String) throws -> [Float] {
      try reader.floats("\(name).\(part)_l\(layer)")
    }
    let shape = try reader.shape("\(name).weight_ih_l\(layer)")
    let hidden = shape[0] / gates
    self.cell = cell
    self.hidden = hidden
    input = Dense(
      depth: shape[1], width: shape[0],
      weights: try floats("weight_ih"), bias: nil)
    let units = Int(SUPERB_FORWARD_UNITS)
    let padded = (hidden + units - 1) / units * units
    packed = FloatBuffer(gates * padded * hidden)
    let recurrent = try floats("weight_hh")
    let ofInput = try floats("bias_ih")
    let ofState = try floats("bias_hh")
    let summed = cell == .gru ? 2 * hidden : 4 * hidden
    let both = zip(ofInput, ofState).prefix(summed).map { $0 + $1 }
    bias = FloatBuffer(both + ofState[summed...] + ofInput[summed...])
    superb_pack_forward(gates, hidden, 0, blocks, recurrent, packed.pointer)
  }

  /// Writes `[frames, hidden]`.
  func apply(
    _ x: UnsafePointer<Float>, frames: Int,
    into y: UnsafeMutablePointer<Float>, workspace: PassWorkspace
  ) {
    let gates = workspace.room(.projections, frames * cell.gates * hidden)
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
        if cell == .gru {
          superb_gru_step(&net, &step, 0, blocks)
        } else {
          superb_lstm_step(&net, &step, 0, blocks)
        }
      }
    }
  }
}
