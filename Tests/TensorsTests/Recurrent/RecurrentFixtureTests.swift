import Testing

@testable import Tensors

/// PyTorch's numbers, written by Fixtures/make_recurrent_fixtures.py.
struct RecurrentFixture: Decodable {
  let cell: String
  let layers: Int
  let bidirectional: Bool
  let offsets: [Int]
  let x: Fixture.Array
  let names: [String]
  let weights: [Fixture.Array]
  let probe: [Float]
  let y: Fixture.Array
  let dx: [Float]
  let gradients: [[Float]]

  var description: String { "\(cell) of \(offsets), \(layers) layers" }
}

@Suite struct RecurrentFixtureTests {
  @Test(arguments: [1, 2, 3])
  func valuesAndGradientsArePyTorchs(threads: Int) throws {
    for fixture in try Fixture.read([RecurrentFixture].self, "recurrent") {
      let engine = Engine(threads: threads, seed: 1)
      let x = try engine.leaf(fixture.x.values, fixture.x.shape)
      let leaves = try fixture.weights.map {
        try engine.leaf($0.values, $0.shape)
      }
      let perSet = fixture.names.contains("bias_ih_l0") ? 4 : 2
      let weights = stride(from: 0, to: leaves.count, by: perSet).map {
        RecurrentWeights(
          input: leaves[$0], recurrent: leaves[$0 + 1],
          inputBias: perSet == 4 ? leaves[$0 + 2] : nil,
          recurrentBias: perSet == 4 ? leaves[$0 + 3] : nil)
      }
      let cell = try #require(RecurrentCell(rawValue: fixture.cell))
      let y = try engine.recurrent(
        cell, x, offsets: fixture.offsets, weights: weights,
        layers: fixture.layers, bidirectional: fixture.bidirectional)
      #expect(y.shape.array == fixture.y.shape)
      #expect(
        difference(y.values, fixture.y.values) < 1e-6, "\(fixture.description)")
      try engine.backward(from: engine.probe(y, fixture.probe))
      #expect(
        difference(try #require(x.gradientValues), fixture.dx) < 2e-6,
        "\(fixture.description)")
      for (index, leaf) in leaves.enumerated() {
        #expect(
          difference(
            try #require(leaf.gradientValues), fixture.gradients[index])
            < 2e-6, "\(fixture.description): \(fixture.names[index])")
      }
    }
  }
}
