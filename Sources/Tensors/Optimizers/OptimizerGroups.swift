import Diagnostics

/// Several optimizers as one, each with parameters and a rate of its own.
package final class OptimizerGroups: Optimizer {
  /// Some parameters and what updates them.
  package struct Group {
    var names: Set<String>
    var optimizer: any Optimizer

    package init(_ parameters: [Parameter], _ optimizer: any Optimizer) {
      names = Set(parameters.map(\.name))
      self.optimizer = optimizer
    }
  }

  private let groups: [Group]

  /// - Parameter groups: no two of the same parameter; the last one's rate
  ///   stands for all.
  package init(_ groups: [Group]) {
    self.groups = groups
  }

  package var learningRate: Double { groups.last?.optimizer.learningRate ?? 0 }

  package func update(factor: Double) {
    for group in groups { group.optimizer.update(factor: factor) }
  }

  package func exportState() -> [String: [Float]] {
    groups.reduce(into: [:]) { state, group in
      state.merge(group.optimizer.exportState()) { first, _ in first }
    }
  }

  package func importState(_ state: [String: [Float]]) throws {
    var left = state
    for group in groups {
      // "exp_avg/<parameter>"
      let own = left.filter { key, _ in
        key.firstIndex(of: "/").map {
          group.names.contains(String(key[key.index(after: $0)...]))
        } ?? false
      }
      try group.optimizer.importState(own)
      for key in own.keys { left[key] = nil }
    }
    if let stranger = left.keys.min() {
      throw UserError("the optimizer's state '\(stranger)' belongs to no group")
    }
  }
}
