import Kernels

/// One layer in one direction, applied once: what its steps share, and what
/// its backward pass needs of the forward one.
///
/// The input's part of the gates is one product over all rows, and so are the
/// gradients of weights and input; only the product with the recurrent
/// weights, packed once, is left to the steps.
final class RecurrentPass {
  let cell: RecurrentCell
  let steps: SequenceSteps
  let weights: RecurrentWeights
  let hidden: Int
  let isReversed: Bool

  private unowned let engine: Engine
  /// This direction's columns of the output, and its rows' distance.
  private let y: UnsafeMutablePointer<Float>
  private let stride: Int
  private var dy: UnsafePointer<Float>?

  private let gates: Node
  private let cells: Node
  /// For the time of one pass: packed weights, two states in turn, and the
  /// bias or what flows past the gates.
  private var packed: Node?
  private var states: [Node] = []
  private var extra: Node?

  init(
    _ cell: RecurrentCell, _ steps: SequenceSteps,
    _ weights: RecurrentWeights, hidden: Int, isReversed: Bool,
    y: UnsafeMutablePointer<Float>, stride: Int, engine: Engine
  ) throws {
    self.cell = cell
    self.steps = steps
    self.weights = weights
    self.hidden = hidden
    self.isReversed = isReversed
    self.engine = engine
    self.y = y
    self.stride = stride
    gates = try engine.buffer(cell, steps.rows, cell.gates * hidden)
    cells = try engine.buffer(cell, steps.rows, hidden)
  }

  // MARK: Shares

  /// Blocks of units that a step can be cut into.
  var forwardBlocks: Int { Self.blocks(hidden, SUPERB_FORWARD_UNITS) }
  var backwardBlocks: Int { Self.blocks(hidden, SUPERB_BACKWARD_UNITS) }

  private static func blocks(_ hidden: Int, _ units: Int32) -> Int {
    (hidden + Int(units) - 1) / Int(units)
  }

  /// Multiplications of a step that all utterances have.
  static func work(_ cell: RecurrentCell, hidden: Int, batch: Int) -> Int {
    batch * cell.gates * hidden * hidden
  }

  /// Steps of less work are not worth sharing out if there is another
  /// direction to run at the same time.
  static let smallWork = 1 << 21

  /// How many tasks a step is cut into: some microseconds' work each.
  func tasks(blocks: Int) -> Int {
    let work = Self.work(cell, hidden: hidden, batch: steps.batch)
    return min(blocks, 32, max(1, work >> 18))
  }

  // MARK: Forward

  /// - Parameter first: the row of `x` that is the pass's first.
  func beginForward(_ x: Node, first: Int) {
    let width = cell.gates * hidden
    engine.multiply(
      m: steps.rows, n: width, k: x.shape[1],
      MatrixOperand(x.pointer + first * x.shape[1], stride: x.shape[1]),
      MatrixOperand(
        weights.input.pointer, stride: x.shape[1], transposed: true),
      into: gates.pointer, adding: false)
    pack(
      blocks: forwardBlocks, units: SUPERB_FORWARD_UNITS, superb_pack_forward)
    makeStates(width: hidden)
    let bias = engine.make([4 * hidden])
    cell.fill(bias.pointer, hidden: hidden, from: weights)
    extra = bias
  }

  func forward(step: Int, blocks: Range<Int>) {
    withRecurrence { (net: inout superb_recurrence) in
      var arguments = superb_forward_step(
        step: step, active: steps.active[step], packed: packed?.pointer,
        bias: extra?.pointer, state: states[(step + 1) & 1].pointer,
        next_state: states[step & 1].pointer, y: y, y_stride: stride)
      cell.forward(&net, &arguments, blocks: blocks)
    }
  }

  func endForward(keepsHistory: Bool) {
    releaseTemporaries()
    if !keepsHistory { releaseHistory() }
  }

  // MARK: Backward

  /// - Parameter dy: the gradient of `y`, its rows as far apart.
  func beginBackward(dy: UnsafePointer<Float>) {
    self.dy = dy
    pack(
      blocks: backwardBlocks, units: SUPERB_BACKWARD_UNITS,
      superb_pack_backward)
    makeStates(width: cell.gates * hidden)
    extra = engine.make(Shape([steps.batch, hidden]) ?? [])
  }

  /// Steps from the last to the first.
  func backward(step: Int, blocks: Range<Int>) {
    let following = step + 1 < steps.count ? steps.active[step + 1] : 0
    withRecurrence { (net: inout superb_recurrence) in
      var arguments = superb_backward_step(
        step: step, active: steps.active[step], following: following,
        packed: packed?.pointer, state: states[(step + 1) & 1].pointer,
        next_state: states[step & 1].pointer, carry: extra?.pointer, y: y,
        dy: dy, y_stride: stride)
      cell.backward(&net, &arguments, blocks: blocks)
    }
  }

  /// Adds to the gradients of input and weights, the weights' being sums over
  /// `blocks` of rows. The history is used up.
  ///
  /// - Parameter first: the row of `x` that is the pass's first.
  func endBackward(_ x: Node, first: Int, over blocks: RowBlocks?) {
    releaseTemporaries()
    let (rows, width, dim) = (steps.rows, cell.gates * hidden, x.shape[1])
    let dGates = MatrixOperand(gates.pointer, stride: width)
    if x.requiresGradient {
      let (dx, isFresh) = x.gradientToFill
      engine.multiply(
        m: rows, n: dim, k: width, dGates,
        MatrixOperand(weights.input.pointer, stride: dim),
        into: dx + first * dim, adding: !isFresh)
    }
    addWeightGradients(x, first: first, over: blocks)
    addBiasGradients(over: blocks)
    releaseHistory()
  }

  /// Some of the gates, and their gradients.
  private typealias RecurrentPart = (
    first: Int, count: Int, gradient: UnsafePointer<Float>, stride: Int
  )

  /// The gradients of the gates' recurrent parts, [rows, count], which are
  /// those of the input's parts but for a GRU's new gate.
  private var recurrentParts: [RecurrentPart] {
    let width = cell.gates * hidden
    switch cell {
    case .lstm: return [(0, width, UnsafePointer(gates.pointer), width)]
    case .gru:
      return [
        (0, 2 * hidden, UnsafePointer(gates.pointer), width),
        (2 * hidden, hidden, UnsafePointer(cells.pointer), hidden),
      ]
    }
  }

  /// The products with the input, and with the outputs of each row's step
  /// before: where both have the same left factor, in one.
  private func addWeightGradients(
    _ x: Node, first: Int, over blocks: RowBlocks?
  ) {
    let (rows, width) = (steps.rows, cell.gates * hidden)
    let before =
      weights.recurrent.requiresGradient
      ? engine.make(Shape([rows, hidden]) ?? []) : nil
    if let before { fillOutputsBefore(before.pointer) }
    let toInput = factor(weights.input, x.pointer + first * x.shape[1])
    let toRecurrent = before.flatMap { factor(weights.recurrent, $0.pointer) }
    let isShared = cell == .lstm
    engine.multiply(
      m: width, k: rows,
      MatrixOperand(gates.pointer, stride: width, transposed: true),
      by: [toInput, isShared ? toRecurrent : nil].compactMap { $0 },
      over: blocks)
    if !isShared, let toRecurrent {
      for part in recurrentParts {
        engine.multiply(
          m: part.count, k: rows,
          MatrixOperand(part.gradient, stride: part.stride, transposed: true),
          by: [toRecurrent.from(row: part.first)], over: blocks)
      }
    }
    before?.release(into: &engine.arena)
  }

  /// What fills the gradient of `weights`, of which each row's factor is a row
  /// of `matrix`; nil if nothing flows there.
  private func factor(
    _ weights: Node, _ matrix: UnsafePointer<Float>
  ) -> Engine.Factor? {
    guard weights.requiresGradient else { return nil }
    let dim = weights.shape[1]
    let (dw, isFresh) = weights.gradientToFill
    return Engine.Factor(
      n: dim, matrix: MatrixOperand(matrix, stride: dim), product: dw,
      adding: !isFresh)
  }

  /// The gradients' sums over rows, which are one and the same for both biases
  /// but for a GRU's new gate.
  private func addBiasGradients(over blocks: RowBlocks?) {
    let (rows, width) = (steps.rows, cell.gates * hidden)
    let biases = [weights.inputBias, weights.recurrentBias].map {
      $0?.requiresGradient == true ? $0?.gradient : nil
    }
    let sums = engine.make([width])
    func add(_ part: RecurrentPart, to biases: [UnsafeMutablePointer<Float>?]) {
      let biases = biases.compactMap { $0 }
      guard !biases.isEmpty else { return }
      sums.pointer.update(repeating: 0, count: part.count)
      engine.addColumnSums(
        part.gradient, rows: rows, dim: part.count, stride: part.stride,
        to: sums.pointer, over: blocks)
      for bias in biases {
        superb_axpy(part.count, 1, sums.pointer, bias + part.first)
      }
    }
    switch cell {
    case .lstm: for part in recurrentParts { add(part, to: biases) }
    case .gru:
      add((0, width, UnsafePointer(gates.pointer), width), to: [biases[0]])
      for part in recurrentParts { add(part, to: [biases[1]]) }
    }
    sums.release(into: &engine.arena)
  }

  private func fillOutputsBefore(_ before: UnsafeMutablePointer<Float>) {
    let (offsets, hidden, stride) = (steps.offsets, self.hidden, self.stride)
    let (y, isReversed) = (self.y, self.isReversed)
    engine.parallel(offsets.count - 1) { utterance in
      let rows = offsets[utterance]..<offsets[utterance + 1]
      let first = isReversed ? rows.upperBound - 1 : rows.lowerBound
      for row in rows {
        let out = before + row * hidden
        if row == first {
          out.update(repeating: 0, count: hidden)
        } else {
          let last = isReversed ? row + 1 : row - 1
          out.update(from: y + last * stride, count: hidden)
        }
      }
    }
  }

  // MARK: Buffers

  private func withRecurrence(_ body: (inout superb_recurrence) -> Void) {
    (isReversed ? steps.lastRows : steps.firstRows).withUnsafeBufferPointer {
      var net = superb_recurrence(
        hidden: hidden, starts: $0.baseAddress, direction: isReversed ? -1 : 1,
        gates: gates.pointer, cell: cells.pointer)
      body(&net)
    }
  }

  private func pack(
    blocks: Int, units: Int32,
    _ kernel:
      @escaping (
        Int, Int, Int, Int, UnsafePointer<Float>?,
        UnsafeMutablePointer<Float>?
      ) -> Void
  ) {
    let (gates, hidden) = (cell.gates, hidden)
    let packed = engine.make(
      Shape([blocks, Int(units), cell.gates, self.hidden]) ?? [])
    let (from, to) = (weights.recurrent.pointer, packed.pointer)
    engine.parallel(blocks) { block in
      kernel(gates, hidden, block, block + 1, from, to)
    }
    self.packed = packed
  }

  private func makeStates(width: Int) {
    states = (0..<2).map { _ in
      engine.make(Shape([steps.batch, width + Int(SUPERB_STATE_PAD)]) ?? [])
    }
  }

  private func releaseTemporaries() {
    for node in states + [packed, extra].compactMap({ $0 }) {
      node.release(into: &engine.arena)
    }
    (states, packed, extra) = ([], nil, nil)
  }

  private func releaseHistory() {
    gates.release(into: &engine.arena)
    cells.release(into: &engine.arena)
  }
}

extension Engine {
  /// Room for [rows, width] numbers of one layer.
  fileprivate func buffer(
    _ cell: RecurrentCell, _ rows: Int, _ width: Int
  ) throws -> Node {
    guard let shape = Shape([rows, width]) else {
      throw OperatorError(
        cell.rawValue, "\(rows) rows of \(width) gates are too many")
    }
    return make(shape)
  }
}
