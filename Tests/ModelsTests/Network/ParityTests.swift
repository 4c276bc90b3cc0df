import Tensors
import Testing

@testable import Models

/// What `PackedFrames` and `TapedFrames` do stands twice, for speed: side by
/// side in `Sources/Models/Operators`, in `Packed/FrontEnd` and
/// `Packed/SelfAttention` far from the operators that they fuse. This holds
/// them together.
@Suite struct ParityTests {
  private static let shape = ModelShape(
    layers: 0, dimension: 0, samplesPerFrame: 1, receptiveField: 1,
    parameters: 0)

  /// Each state of each utterance within `bound` of the packed engine's
  /// largest number.
  private func compare(
    _ network: some Network, rows: [Int], bound: Float = 2e-5
  ) throws {
    let tensors = TensorTable(noiseFor: network)
    let utterances = rows.map {
      ModelFixture.waveform($0 * network.inputs)
    }
    let packed = try PackedModel(network, shape: Self.shape, in: tensors)
      .hiddenStates(ofEach: utterances)
    let engine = Engine(threads: 2, seed: 1)
    let taped = try TrainableModel(
      network, shape: Self.shape, tensors: tensors, engine: engine
    ).hiddenStates(of: utterances)
    for (index, expected) in packed.enumerated() {
      let found = taped.utterance(index)
      try #require(found.frames == expected.frames)
      try #require(found.values.count == expected.values.count)
      let size = expected.values.count / taped.layers.count
      for state in taped.layers.indices {
        let part = state * size..<(state + 1) * size
        let scale = expected.values[part].lazy.map(abs).max() ?? 0
        let off =
          zip(found.values[part], expected.values[part]).lazy
          .map { abs($0 - $1) }.max() ?? 0
        #expect(
          off <= bound * scale && scale > 0,
          "\(network), utterance \(index), state \(state): \(off) of \(scale)")
      }
    }
  }

  @Test(arguments: ToyNetwork.allCases)
  func bothEnginesDoWhatAnOperatorSays(network: ToyNetwork) throws {
    let rows =
      network == .patches
      ? [40, 40]
      : network == .pooled || network == .unevenStride
        ? [40, 3, 7, 900]
        : network.inputs == 1 ? [700, 60, 4000] : [40, 1, 7, 900]
    try compare(network, rows: rows)
  }

  @Test(arguments: [false, true])
  func melTransformersAreOne(normalizesFirst: Bool) throws {
    for (shares, longest) in [(false, 0), (true, 0), (false, 20)] {
      try compare(
        MelTransformerConfiguration(
          inputs: 24, hiddenSize: 48, layers: 3, heads: 4, innerSize: 96,
          normalizesFirst: normalizesFirst, layerNormEpsilon: 1e-12,
          sharesLayers: shares, longestSequence: longest),
        rows: [50, 1, 33], bound: 1e-4)
    }
  }

  @Test(arguments: [1, 3, 5])
  func recurrentPredictorsAreOne(layers: Int) throws {
    try compare(
      RecurrentConfiguration(
        inputs: 24, hiddenSize: 40, layers: layers, isResidual: layers > 1),
      rows: [50, 1, 33], bound: 1e-4)
  }

  @Test(arguments: 0..<8)
  func convolutionalEncodersAreOne(variant: Int) throws {
    var network = ConvolutionalConfiguration(
      encoder: [(10, 5), (4, 2), (4, 2), (1, 1)].map {
        ConvolutionShape(channels: 24, kernel: $0, stride: $1)
      },
      aggregator: (2..<5).map {
        ConvolutionShape(channels: 24, kernel: $0, stride: 1)
      })
    network.activation = variant & 1 == 0 ? .relu : .gelu
    network.hasAffineNorms = variant & 2 == 0
    network.encoderIsResidual = variant & 2 == 0
    network.padsWithZeros = variant & 4 == 0
    network.aggregatorHasBias = variant & 4 == 0
    network.compressesLogarithmically = variant & 1 == 0
    try compare(network, rows: [7777, 400, 2000], bound: 1e-4)
  }
}
