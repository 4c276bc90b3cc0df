import Diagnostics
import Kernels

/// An optimizer whose checkpoints are those of its buffers.
protocol StatefulOptimizer: Optimizer {
  var state: OptimizerState { get }
}

extension StatefulOptimizer {
  package func exportState() -> [String: [Float]] { state.export() }

  package func importState(_ state: [String: [Float]]) throws {
    try self.state.restore(state)
  }
}

/// Buffers that an optimizer keeps for each parameter, of its size, and how
/// often each was updated.
final class OptimizerState {
  let parameters: [Parameter]
  /// Updates so far, by parameter.
  var steps: [Int]
  private let names: [String]
  private let buffers: [[UnsafeMutableBufferPointer<Float>]]

  /// - Parameter names: of the buffers; all zeros at first.
  init(names: [String], parameters: [Parameter]) {
    self.parameters = parameters.filter { !$0.isBuffer }
    self.names = names
    self.steps = self.parameters.map { _ in 0 }
    self.buffers = names.map { [parameters = self.parameters] _ in
      parameters.map { parameter in
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(
          capacity: parameter.node.count)
        buffer.initialize(repeating: 0)
        return buffer
      }
    }
  }

  deinit {
    for buffer in buffers.joined() { buffer.deallocate() }
  }

  /// Buffer `name` of the parameter that `part` belongs to, from the part's
  /// first number on. Nil if the parameter is empty.
  func pointer(
    _ name: Int, _ part: GradientPart
  ) -> UnsafeMutablePointer<Float>? {
    buffers[name][part.index].baseAddress.map { $0 + part.first }
  }

  var engine: Engine? { parameters.first?.node.engine }

  /// The parts of all parameters that have a gradient, an update of which is
  /// counted.
  func countStep() -> [GradientPart] {
    let parts = GradientPart.parts(of: parameters)
    for part in parts where part.first == 0 { steps[part.index] += 1 }
    return parts
  }

  /// The L2 norm of each parameter's numbers, gradients or others, whose parts
  /// are given.
  func norms(
    _ parts: [GradientPart],
    _ numbers: (GradientPart) -> UnsafeMutablePointer<Float>
  ) -> [Double] {
    var squares = [Double](repeating: 0, count: parameters.count)
    let terms = engine?.terms(parts.count) {
      let numbers = numbers(parts[$0])
      return superb_dot(parts[$0].count, numbers, numbers)
    }
    for (part, term) in zip(parts, terms ?? []) { squares[part.index] += term }
    return squares.map { $0.squareRoot() }
  }

  func export() -> [String: [Float]] {
    var state: [String: [Float]] = [:]
    for (index, parameter) in parameters.enumerated() where steps[index] > 0 {
      state["step/\(parameter.name)"] = [Float(steps[index])]
      for (name, buffers) in zip(names, buffers) {
        state["\(name)/\(parameter.name)"] = Array(buffers[index])
      }
    }
    return state
  }

  func restore(_ state: [String: [Float]]) throws {
    let known = Set(
      parameters.flatMap { parameter in
        (names + ["step"]).map { "\($0)/\(parameter.name)" }
      })
    if let stranger = state.keys.sorted().first(where: { !known.contains($0) })
    {
      throw UserError(
        "this optimizer keeps no '\(stranger)'",
        fix: "continue with the task and optimizer of the checkpoint")
    }
    for (index, parameter) in parameters.enumerated() {
      steps[index] = try step(state["step/\(parameter.name)"], parameter)
      for (name, buffers) in zip(names, buffers) {
        let key = "\(name)/\(parameter.name)"
        let numbers = state[key] ?? []
        guard numbers.count == (steps[index] > 0 ? parameter.node.count : 0)
        else {
          throw UserError(
            "'\(key)' holds \(numbers.count) numbers, and the parameter "
              + "\(parameter.node.count)",
            fix: "continue with the model of the checkpoint")
        }
        buffers[index].update(repeating: 0)
        _ = buffers[index].update(fromContentsOf: numbers)
      }
    }
  }

  private func step(_ numbers: [Float]?, _ parameter: Parameter) throws -> Int {
    guard let numbers else { return 0 }
    guard numbers.count == 1, let step = Int(exactly: numbers[0]), step > 0
    else {
      throw UserError("'step/\(parameter.name)' is no count of updates")
    }
    return step
  }
}
