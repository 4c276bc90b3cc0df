import Diagnostics

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

  /// Counts an update of the parameters that `parts` belong to.
  func countStep(_ parts: [GradientPart]) {
    for part in parts where part.first == 0 { steps[part.index] += 1 }
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
