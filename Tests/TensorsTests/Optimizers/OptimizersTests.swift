import Diagnostics
import Testing

@testable import Tensors

/// Twenty updates of each optimizer lead where PyTorch's, or the formulas,
/// lead.
@Suite struct OptimizersTests {
  static let names = [
    "Adam", "AdamW", "TorchOptim/Adam", "TorchOptim/AdamW", "TorchOptim/SGD",
    "TorchOptim/SGD-nesterov", "TorchOptim/SGD-plain",
    "BertAdam_with_schedule", "AdamW_with_schedule", "Lamb_with_schedule",
  ]

  struct Run {
    let fixture: Fixture.Optimizers
    let engine = Engine(threads: 2, seed: 1)

    init() throws {
      fixture = try Fixture.read(Fixture.Optimizers.self, "optimizers")
      for (name, shape) in fixture.shapes.sorted(by: { $0.key < $1.key }) {
        try engine.parameter(name: name, shape: shape)
          .assign(try #require(fixture.start[name]))
      }
      try engine.parameter(name: "buffer", shape: [2], isBuffer: true)
    }

    func optimizer(_ name: String) throws -> any Optimizer {
      var options = OptimizerOptions(learningRate: fixture.rate)
      options.warmupProportion = 0.25
      let torch = name.split(separator: "/").last.map(String.init) ?? name
      if name.hasPrefix("TorchOptim/") {
        options.torchOptimName = String(torch.prefix { $0 != "-" })
        if torch == "Adam" || torch == "SGD" { options.weightDecay = 0.1 }
        if torch != "SGD-plain" { options.momentum = 0.9 }
        options.nesterov = torch == "SGD-nesterov"
      }
      return try Optimizers.make(
        name: name.hasPrefix("TorchOptim/") ? "TorchOptim" : name,
        options: options, totalSteps: 20, parameters: engine.parameters)
    }

    func update(_ optimizer: any Optimizer, steps: Range<Int>) throws {
      for step in steps {
        for (name, gradient) in fixture.gradients[step] {
          let node = try #require(engine.parameter(named: name)).node
          try engine.backward(from: engine.probe(node, gradient))
        }
        optimizer.update(factor: 1)
        engine.zeroGradients()
        engine.endStep()
      }
    }

    func error(_ name: String) throws -> Float {
      try fixture.shapes.keys.map { key in
        difference(
          try #require(engine.parameter(named: key)).values,
          try #require(fixture.results[name]?[key]))
      }.max() ?? .infinity
    }
  }

  @Test(arguments: names) func twentyUpdatesMatch(name: String) throws {
    let run = try Run()
    try run.update(run.optimizer(name), steps: 0..<20)
    #expect(try run.error(name) < 2e-6)
  }

  @Test(arguments: names) func continuesFromACheckpoint(name: String) throws {
    let run = try Run()
    let first = try run.optimizer(name)
    try run.update(first, steps: 0..<8)
    let second = try run.optimizer(name)
    try second.importState(first.exportState())
    try run.update(second, steps: 8..<20)
    #expect(try run.error(name) < 2e-6)
  }

  @Test func parametersWithoutGradientStay() throws {
    let engine = Engine(threads: 1, seed: 1)
    for name in ["used", "unused"] {
      try engine.parameter(
        name: name, shape: [2], initializer: Initializer(.constant(1)))
    }
    let optimizer = try Optimizers.make(
      name: "AdamW_with_schedule", options: .init(learningRate: 0.1),
      totalSteps: 10, parameters: engine.parameters)
    let used = try #require(engine.parameter(named: "used"))
    try engine.backward(from: engine.sum(used.node))
    optimizer.update(factor: 1)
    #expect(used.values[0] < 1)
    #expect(engine.parameter(named: "unused")?.values[0] == 1)
    #expect(optimizer.exportState().keys.allSatisfy { $0.hasSuffix("/used") })
  }

  @Test func theFactorScalesTheRate() throws {
    let engine = Engine(threads: 1, seed: 1)
    let x = try engine.parameter(name: "x", shape: [1])
    try engine.backward(from: engine.sum(x.node))
    let optimizer = try Optimizers.make(
      name: "Adam", options: .init(learningRate: 0.5), totalSteps: 10,
      parameters: engine.parameters)
    optimizer.update(factor: 0)
    #expect(x.values[0] == 0)
    optimizer.update(factor: 0.5)
    #expect(abs(x.values[0] + 0.25) < 1e-6)
  }

  @Test func wrongStatesAreRefused() throws {
    let run = try Run()
    let optimizer = try run.optimizer("Adam")
    for state: [String: [Float]] in [
      ["exp_avg/strange": [1]],
      ["step/layer.bias": [3]],
      ["step/layer.bias": [1.5]],
      ["step/layer.bias": [.nan]],
      ["exp_avg/layer.bias": [1, 2, 3]],
    ] {
      #expect(throws: UserError.self) { try optimizer.importState(state) }
    }
  }

  @Test func unknownNamesGetASuggestion() {
    #expect {
      try Optimizers.make(
        name: "adam", options: .init(), totalSteps: 1, parameters: [])
    } throws: {
      "\($0)".contains("did you mean 'Adam'?")
    }
    #expect(throws: UserError.self) {
      try Optimizers.make(
        name: "Adam", options: .init(learningRate: -1), totalSteps: 1,
        parameters: [])
    }
  }
}
