import Diagnostics
import Tensors

/// The loss, its gradient, and what training does with them.
extension TaskCheck {
  static let loss: [TaskCheck] = [
    TaskCheck(
      "loss", "the loss is one finite number", needs: ["dataloader"]
    ) { run in
      try run.forEachSplit { expert, split in
        let batch = try expert.batch(of: split)
        for isTraining in [false, true] {
          let loss = try expert.withLoss(
            of: batch, in: expert.pass(split), isTraining: isTraining
          ) { $0.item }
          try hold(loss.isFinite, "the loss of '\(split)' is \(loss)")
        }
      }
    },
    TaskCheck(
      "loss-repeatable", "the same batch has the same loss in evaluation",
      needs: ["loss"]
    ) { run in
      try run.forEachSplit { expert, split in
        let batch = try expert.batch(of: split)
        let other = try expert.batch(1, of: split)
        let first = try expert.loss(of: batch, split: split)
        _ = try expert.loss(of: other, split: split)
        let second = try expert.loss(of: batch, split: split)
        try hold(
          first.bitPattern == second.bitPattern,
          "the same batch of '\(split)' has the loss \(first), then \(second)")
      }
    },
    TaskCheck(
      "threads", "loss and gradients do not depend on the number of threads",
      needs: ["loss"], checkThreads),
    TaskCheck(
      "gradients", "a gradient reaches every parameter", needs: ["loss"]
    ) { run in
      try run.withExpert { expert in
        let split = expert.settings.trainSplit
        let batch = try expert.batch(of: split)
        let gradients = try expert.gradients(of: batch, split: split).gradients
        for parameter in expert.engine.trainableParameters {
          let name = parameter.name
          guard let gradient = gradients[name] else {
            run.warn(
              parameter === expert.layerWeights
                ? "no gradient reaches the features: the weights of the"
                  + " upstream's layers will not be trained"
                : "no gradient reaches '\(name)'")
            continue
          }
          try hold(
            gradient.allSatisfy(\.isFinite),
            "the gradient of '\(name)' is not finite")
          if gradient.allSatisfy({ $0 == 0 }) {
            run.warn("the gradient of '\(name)' is zero")
          }
        }
      }
    },
    TaskCheck(
      "slope", "the loss changes as the gradient says", needs: ["gradients"],
      checkSlope),
    TaskCheck(
      "learning", "20 updates on one batch lower its loss",
      needs: ["gradients"], checkLearning),
    TaskCheck(
      "pooling", "whole utterances have the loss of their means",
      needs: ["loss"]
    ) { run in
      try run.forEachSplit { expert, split in
        guard expert.expert.pooling == .meanPooled else {
          throw Skipped(reason: "the expert does not declare mean pooling")
        }
        let batch = try expert.batch(of: split)
        let pooled = try expert.loss(of: batch, split: split, isPooled: true)
        let whole = try expert.loss(of: batch, split: split, isPooled: false)
        try hold(
          abs(pooled - whole) <= 1e-4 * max(1, abs(whole)),
          "the loss of '\(split)' is \(whole) for all frames and \(pooled)"
            + " for their mean: do not declare mean pooling")
      }
    },
  ]

  private static func checkThreads(_ run: CheckRun) throws {
    func result(
      threads: Int
    ) throws -> (loss: Float, gradients: [String: [Float]]) {
      try run.withExpert(threads: threads) { expert in
        let split = expert.settings.trainSplit
        return try expert.gradients(
          of: try expert.batch(of: split), split: split)
      }
    }
    let one = try result(threads: 1)
    let two = try result(threads: 2)
    try hold(
      one.loss.bitPattern == two.loss.bitPattern,
      "the loss is \(one.loss) on one thread and \(two.loss) on two")
    for (name, gradient) in one.gradients {
      try hold(
        gradient.map(\.bitPattern) == two.gradients[name]?.map(\.bitPattern),
        "the gradient of '\(name)' differs between one thread and two")
    }
  }

  /// Parameters whose slope is measured.
  private static let mostSlopes = 12

  /// Along its own gradient g a parameter's loss has the slope |g|: central
  /// differences of several widths, of which one must agree.
  private static func checkSlope(_ run: CheckRun) throws {
    try run.withExpert { expert in
      let split = expert.settings.trainSplit
      let batch = try expert.batch(of: split)
      let gradients = try expert.gradients(
        of: batch, split: split, isTraining: false
      ).gradients
      for parameter in expert.trained.prefix(mostSlopes) {
        guard let gradient = gradients[parameter.name] else { continue }
        let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }
          .squareRoot()
        guard norm > 1e-4 else { continue }
        let start = Array(parameter.values)
        var nearest = Double.infinity
        for width in [1e-1, 3e-2, 1e-2, 3e-3] {
          func shifted(_ sign: Double) throws -> Double {
            try parameter.assign(
              zip(start, gradient).map {
                $0 + Float(sign * width / norm) * $1
              })
            return Double(try expert.loss(of: batch, split: split))
          }
          let slope = (try shifted(1) - shifted(-1)) / (2 * width)
          if abs(slope - norm) < abs(nearest - norm) { nearest = slope }
        }
        try parameter.assign(start)
        if abs(nearest - norm) > 0.05 * norm + 1e-4 {
          run.warn(
            "the gradient of '\(parameter.name)' has the norm \(norm), and the"
              + " loss the slope \(nearest): is the backward of an operator"
              + " wrong?")
        }
      }
    }
  }

  private static func checkLearning(_ run: CheckRun) throws {
    try run.withExpert { expert in
      let split = expert.settings.trainSplit
      let batch = try expert.batch(of: split)
      let optimizer = try Optimizers.make(
        name: "Adam", options: OptimizerOptions(learningRate: 1e-3),
        totalSteps: 20, parameters: expert.engine.trainableParameters)
      let before = try expert.loss(of: batch, split: split)
      for step in 0..<20 {
        expert.engine.step = UInt64(step)
        try expert.withLoss(
          of: batch, in: expert.pass(split), isTraining: true
        ) {
          try expert.engine.backward(from: $0)
        }
        expert.engine.clipGradients(
          maximumNorm: expert.settings.gradientClipping)
        optimizer.update(factor: 1)
        expert.engine.zeroGradients()
      }
      let after = try expert.loss(of: batch, split: split)
      if !(after < before) {
        run.warn(
          "20 updates on one batch take its loss from \(before) to \(after)")
      }
    }
  }
}
