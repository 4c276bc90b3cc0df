import Tensors
import Testing

@testable import Models

/// Each tensor's gradient against the loss on both sides of it.
@Suite struct FiniteDifferenceTests {
  private static let samples = 2000

  /// Σ state · probe, and the gradients if they are wanted.
  private func loss(
    _ model: TrainableModel, _ engine: Engine, gradients: Bool = false
  ) throws -> Double {
    defer { engine.endStep() }
    let states = try engine.recordingGradients(gradients) {
      try model.hiddenStates(of: [ModelFixture.waveform(Self.samples)])
    }
    let probes = states.layers.indices.map { layer in
      ModelFixture.waveform(states.layers[layer].count + layer)
        .dropFirst(layer)
    }
    if gradients {
      try model.backward(states, gradients: probes.map(Array.init))
    }
    var sum = 0.0
    for (layer, probe) in zip(states.layers, probes) {
      for (x, weight) in zip(layer.values, probe) {
        sum += Double(x) * Double(weight)
      }
    }
    return sum
  }

  /// Along the signs of a tensor's gradient the loss rises by the sum of its
  /// magnitudes.
  @Test(arguments: ModelFixture.names)
  func lossRisesAsTheGradientSays(name: String) throws {
    let fixture = try ModelFixture(name)
    let engine = Engine(threads: 2, seed: 1)
    let model = try TrainableModel(
      configuration: fixture.configuration, tensors: fixture.tensors,
      engine: engine, trainsFrontEnd: true)
    _ = try loss(model, engine, gradients: true)
    let all = try model.parameters.map {
      Array(try #require($0.node.gradientValues))
    }
    let slopes = all.map { $0.reduce(0) { $0 + Double(abs($1)) } }
    let usual = slopes.sorted()[slopes.count / 2]
    for (index, parameter) in model.parameters.enumerated() {
      // Rounding drowns the slope of what hardly matters.
      guard slopes[index] > 0.02 * usual else { continue }
      let before = Array(parameter.values)
      let size = max(before.lazy.map(abs).max() ?? 0, 0.1)
      func rise(_ step: Float) throws -> Double {
        func moved(_ way: Float) throws -> Double {
          try parameter.assign(
            zip(before, all[index]).map { value, slope in
              value + (slope > 0 ? way : -way)
            })
          return try loss(model, engine)
        }
        return try (moved(step) - moved(-step)) / Double(2 * step)
      }
      // A short step is drowned by rounding where the slope is small, a long
      // one by curvature where it is not; a wrong gradient by neither.
      var rises: [Double] = []
      for step: Float in [3e-4, 1e-3, 3e-3] {
        rises.append(try rise(step * size))
        if abs(rises[rises.count - 1] - slopes[index]) <= 0.02 * slopes[index] {
          break
        }
      }
      try parameter.assign(before)
      let nearest = rises.map { abs($0 - slopes[index]) }.min() ?? .infinity
      #expect(
        nearest <= 0.02 * slopes[index],
        "\(parameter.name): \(rises), not \(slopes[index])")
    }
  }
}
