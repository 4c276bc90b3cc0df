import Testing

@testable import Tensors

/// The Featurizer: layers weighted and utterances packed.
@Suite struct WeightedSumTests {
  @Test(arguments: [false, true], [false, true])
  func gradientReachesTheWeights(normalize: Bool, half: Bool) throws {
    let states = draws(4 * 7 * 9, from: -2, to: 2)
    let halves = states.map { Float16($0).bitPattern }
    try states.withUnsafeBufferPointer { states in
      try halves.withUnsafeBufferPointer { halves in
        let values: LayeredStates.Values =
          half ? .float16(halves.baseAddress!) : .float32(states.baseAddress!)
        // The second utterance takes 2 of the 7 frames.
        let utterances = [
          LayeredStates(values, layers: 4, frames: 7, dim: 9),
          LayeredStates(
            values, layers: 4, frames: 2, dim: 9, layerStride: 63),
        ]
        try checkGradients(of: [(draws(4), [4])]) { engine, nodes in
          let weights = try engine.softmax(nodes[0])
          let y = try engine.weightedSum(
            utterances, weights: weights, normalize: normalize)
          #expect(y.shape == [9, 9])
          #expect(
            difference(y.values.prefix(18), y.values.suffix(18)) == 0)
          return y
        }
      }
    }
  }

  @Test func gradientReachesLayersThatAreNodes() throws {
    let layers = (0..<3).map { (draws(10, seed: UInt64($0)), [5, 2]) }
    try checkGradients(of: layers + [(draws(3, seed: 9), [3])]) {
      engine, nodes in
      try engine.weightedSum(
        of: Array(nodes.dropLast()), weights: engine.softmax(nodes[3]))
    }
  }

  @Test func oneLayerIsPacked() throws {
    let engine = Engine(threads: 2, seed: 1)
    let states = draws(3 * 4)
    try states.withUnsafeBufferPointer { states in
      let pointer = states.baseAddress!
      let y = try engine.weightedSum(
        [
          LayeredStates(.float32(pointer), layers: 1, frames: 2, dim: 4),
          LayeredStates(.float32(pointer + 8), layers: 1, frames: 0, dim: 4),
          LayeredStates(.float32(pointer + 8), layers: 1, frames: 1, dim: 4),
        ], weights: nil)
      #expect(Array(y.values) == Array(states))
    }
  }

  @Test func refusesStatesThatDoNotFit() throws {
    let engine = Engine(threads: 1, seed: 1)
    let weights = try engine.constant([1, 2], shape: [2])
    let numbers: [Float] = [1, 2, 3]
    numbers.withUnsafeBufferPointer { numbers in
      let state = LayeredStates(
        .float32(numbers.baseAddress!), layers: 3, frames: 1, dim: 1)
      #expect {
        try engine.weightedSum([state], weights: weights)
      } throws: {
        "\($0)".contains("[3, 1, 1], not [2, frames, 1]")
      }
      #expect(throws: OperatorError.self) {
        try engine.weightedSum([], weights: weights)
      }
    }
  }

  /// All that PyTorch could store.
  @Test func halvesAreWidenedExactly() throws {
    let halves = Array(0...UInt16.max)
    let engine = Engine(threads: 1, seed: 1)
    try halves.withUnsafeBufferPointer { halves in
      let state = LayeredStates(
        .float16(halves.baseAddress!), layers: 1, frames: halves.count, dim: 1)
      let floats = try engine.weightedSum([state], weights: nil).values
      for (half, float) in zip(halves, floats) {
        let expected = Float(Float16(bitPattern: half))
        #expect(float == expected || float.isNaN && expected.isNaN)
      }
    }
  }
}
