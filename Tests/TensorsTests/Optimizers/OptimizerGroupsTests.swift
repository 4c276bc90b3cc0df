import Diagnostics
import Testing

@testable import Tensors

@Suite struct OptimizerGroupsTests {
  /// Two parameters with optimizers of their own.
  struct Pair {
    let engine = Engine(threads: 1, seed: 1)
    let groups: OptimizerGroups

    init() throws {
      let engine = engine
      let rates = ["upstream.x": 0.01, "x": 0.5]
      groups = OptimizerGroups(
        try rates.sorted { $0.key < $1.key }.map { name, rate in
          let parameter = try engine.parameter(
            name: name, shape: [1], initializer: Initializer(.constant(3)))
          return OptimizerGroups.Group(
            [parameter],
            try Optimizers.make(
              name: "Adam", options: .init(learningRate: rate),
              totalSteps: 10, parameters: [parameter]))
        })
    }

    /// The gradient of x² is 2 x.
    func update() throws {
      for parameter in engine.parameters {
        try engine.backward(
          from: engine.sum(engine.mul(parameter.node, parameter.node)))
      }
      groups.update(factor: 1)
      engine.zeroGradients()
      engine.endStep()
    }

    var values: [Float] { engine.parameters.map { $0.values[0] } }
  }

  @Test func eachHasItsOwnRate() throws {
    let pair = try Pair()
    try pair.update()
    // Adam's first step is the rate, whatever the gradient is.
    #expect(abs(pair.values[0] - 2.99) < 1e-5)
    #expect(abs(pair.values[1] - 2.5) < 1e-5)
    #expect(pair.groups.learningRate == 0.5)
  }

  @Test func theyContinueFromACheckpoint() throws {
    let whole = try Pair()
    for _ in 0..<6 { try whole.update() }
    let first = try Pair()
    for _ in 0..<3 { try first.update() }
    let second = try Pair()
    for (mine, theirs) in zip(
      second.engine.parameters, first.engine.parameters)
    {
      try mine.assign(Array(theirs.values))
    }
    try second.groups.importState(first.groups.exportState())
    for _ in 0..<3 { try second.update() }
    #expect(second.values == whole.values)
  }

  @Test func whatBelongsToNoneIsRefused() throws {
    let pair = try Pair()
    #expect(throws: UserError.self) {
      try pair.groups.importState(["exp_avg/y": [1]])
    }
  }
}
